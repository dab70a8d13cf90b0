// The page's end of a comm: globalThis.gonb_comm, as gonbui's widgets use it.
(() => {
  "use strict";
  const kernel = "KERNEL_ID";
  const old = globalThis.gonb_comm;
  if (old?.kernel === kernel && old.announce()) return;
  old?.close?.();

  const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");
  const url = new URL((config.baseUrl || "/") + "api/kernels/" + kernel + "/channels", document.location);
  url.protocol = url.protocol.replace("http", "ws");
  if (config.token) url.searchParams.set("token", config.token);

  const socket = new WebSocket(url);
  const session = crypto.randomUUID?.() ?? String(Math.random());
  const listeners = new Map(); // subscription -> {address, callback}
  const variables = new Map(); // address -> variable
  let waiting = []; // what is to be sent when the socket is open
  let count = 0;

  const post = (type, content) => {
    const header = {
      msg_id: session + "-" + ++count, msg_type: type, session, username: "page",
      date: new Date().toISOString(), version: "5.4",
    };
    const text = JSON.stringify({
      channel: "shell", header, parent_header: {}, metadata: {}, buffers: [],
      content: { comm_id: session, ...content },
    });
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    else if (socket.readyState === WebSocket.CONNECTING) waiting.push(text);
  };

  const hear = ({ address, value, read_request }) => {
    const variable = variables.get(address);
    if (read_request) {
      if (variable) link.send(address, variable.get());
      return;
    }
    for (const l of [...listeners.values()]) if (l.address === address) l.callback(address, value);
  };

  const link = {
    kernel,
    // announce tells the kernel that this page is there; false if it cannot.
    announce() {
      if (socket.readyState > WebSocket.OPEN) return false;
      post("comm_open", { target_name: "gonb_comm", data: {} });
      return true;
    },
    send(address, value) {
      post("comm_msg", { data: { address, value } });
    },
    subscribe(address, callback) {
      const id = Symbol(address);
      listeners.set(id, { address, callback });
      return id;
    },
    unsubscribe(id) {
      listeners.delete(id);
    },
    // newSyncedVariable returns the variable at an address, with that value: set
    // here or by the cell, it is the same on both sides.
    newSyncedVariable(address, value) {
      let v = variables.get(address);
      if (!v) {
        v = new Variable(address);
        variables.set(address, v);
      }
      v.set(value);
      return v;
    },
    close() {
      socket.close();
    },
  };

  class Variable {
    #value = null;
    #callbacks = new Map();
    constructor(address) {
      this.address = address;
      link.subscribe(address, (_, value) => this.#take(value));
    }
    #take(value) {
      if (value === this.#value) return false;
      this.#value = value;
      for (const f of [...this.#callbacks.values()]) f(value);
      return true;
    }
    get() {
      return this.#value;
    }
    set(value) {
      if (this.#take(value)) link.send(this.address, value);
    }
    subscribe(callback) {
      const id = Symbol(this.address);
      this.#callbacks.set(id, callback);
      return id;
    }
    unsubscribe(id) {
      this.#callbacks.delete(id);
    }
  }

  socket.onopen = () => {
    for (const text of waiting) socket.send(text);
    waiting = [];
  };
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return;
    const m = JSON.parse(data);
    if (m.header?.msg_type === "comm_msg" && m.content?.comm_id === session) hear(m.content.data ?? {});
  };
  globalThis.gonb_comm = link;
  link.announce();
})();
