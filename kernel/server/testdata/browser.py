"""browser.py lab|notebook FOLDER NOTEBOOK PICTURES: run all cells in Chromium.

Starts JupyterLab or the classic notebook over FOLDER, opens NOTEBOOK in a
Chromium without a window, runs all cells, moves the sliders that cells show, asks
for a completion and a tooltip in the last cell, saves pictures, and prints as
JSON what the cells show. Needs jupyterlab or notebook, tornado and Chromium.
"""
import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from tornado.websocket import websocket_connect

kind, folder, notebook, pictures = sys.argv[1:5]

FIND = "[...jupyterapp.shell.widgets('main')].find(w => w.content?.widgets)"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


async def wait(what, seconds, ask):
    end = time.time() + seconds
    while time.time() < end:
        try:
            answer = await ask()
            if answer:
                return answer
        except OSError:
            pass
        await asyncio.sleep(0.3)
    sys.exit(f"{what}: not within {seconds} s")


async def get(url):
    return await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())


class Page:
    """A page of the browser, spoken to in the DevTools protocol."""

    def __init__(self, connection):
        self.connection, self.count = connection, 0

    async def call(self, method, **params):
        self.count += 1
        me = self.count
        await self.connection.write_message(json.dumps({"id": me, "method": method, "params": params}))
        while True:
            message = json.loads(await self.connection.read_message())
            if message.get("id") == me:
                return message.get("result", {})

    async def js(self, expression):
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise OSError(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    async def picture(self, name):
        result = await self.call("Page.captureScreenshot", format="png")
        with open(os.path.join(pictures, f"{kind}-{name}.png"), "wb") as f:
            f.write(base64.b64decode(result["data"]))

    async def show(self, index):
        for _ in range(2):
            await self.js(
                f"(() => {{ const nb = {FIND}.content; nb.activeCellIndex = {index}; nb.scrollToItem?.({index}, 'start');"
                f" nb.activeCell.node.scrollIntoView({{block: 'start'}}) }})()"
            )
            await asyncio.sleep(0.5)

    async def edit(self, source, line, column):
        await self.js(
            f"(() => {{ const nb = {FIND}.content; nb.activeCell.model.sharedModel.setSource({json.dumps(source)});"
            f" nb.mode = 'edit'; nb.activeCell.editor.focus(); nb.activeCell.editor.setCursorPosition({{line: {line}, column: {column}}}) }})()"
        )
        await asyncio.sleep(0.5)


MOVE = """(() => {
  for (const s of document.querySelectorAll('input[type=range]')) {
    if (s.dataset.moved) continue;
    s.dataset.moved = true;
    s.value = 77;
    s.dispatchEvent(new Event('input'));
    s.dispatchEvent(new Event('change'));
  }
  return window.ended;
})()"""

CELLS = f"""{FIND}.content.widgets.filter(w => w.model.type === 'code').map(w => ({{
  id: w.model.id, count: w.model.executionCount, outputs: w.model.outputs.toJSON()
}}))"""


async def drive(url, devtools):
    await wait("the Jupyter server", 60, lambda: get(url + "api/status"))
    targets = json.loads(await wait("Chromium", 60, lambda: get(devtools + "json")))
    target = next(t for t in targets if t["type"] == "page")
    page = Page(await websocket_connect(target["webSocketDebuggerUrl"], max_message_size=1 << 28))
    await page.call("Page.enable")
    await page.call("Emulation.setDeviceMetricsOverride", width=1200, height=900, deviceScaleFactor=1, mobile=False)
    path = f"lab/tree/{notebook}?reset" if kind == "lab" else f"notebooks/{notebook}"
    await page.call("Page.navigate", url=url + path)
    await wait("the notebook", 90, lambda: page.js(f"window.jupyterapp && {FIND}?.content.widgets.length > 1"))
    await wait("the kernel", 60, lambda: page.js(f"{FIND}.sessionContext.session?.kernel?.status === 'idle'"))
    await page.js(f"{FIND}.activate(); {FIND}.content.activate(); 1")
    await page.js("window.ended = null; jupyterapp.commands.execute('notebook:run-all-cells').then(all => ended = 'all ' + all, e => ended = String(e)); 1")
    ended = await wait("all cells", 600, lambda: page.js(MOVE))
    await wait("the last cell", 60, lambda: page.js(f"{CELLS}.every(c => c.count)"))
    await asyncio.sleep(1)
    cells = await page.js(CELLS)
    for index in range(await page.js(f"{FIND}.content.widgets.length")):
        if index % 4 == 0 or index < 8:
            await page.show(index)
            await page.picture(f"cell-{index:02}")
    await page.edit("%%\nfmt.Pri", 1, 7)
    await page.js("jupyterapp.commands.execute('completer:invoke-notebook').then(() => 1)")
    matches = await wait("the completions", 20, lambda: page.js("[...document.querySelectorAll('.jp-Completer-match')].map(m => m.textContent)"))
    await page.picture("completer")
    await page.call("Input.dispatchKeyEvent", type="keyDown", key="Escape", code="Escape", windowsVirtualKeyCode=27)
    await page.edit("%%\nfmt.Println(1)", 1, 6)
    await page.js("jupyterapp.commands.execute('tooltip:launch-notebook').then(() => 1)")
    tooltip = await wait("the tooltip", 20, lambda: page.js("document.querySelector('.jp-Tooltip')?.textContent"))
    await page.picture("tooltip")
    print(json.dumps({"ended": ended, "cells": cells, "matches": matches, "tooltip": tooltip}))


def main():
    port, debug = free_port(), free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", kind, "--no-browser", f"--port={port}", "--ip=127.0.0.1", "--allow-root",
             "--IdentityProvider.token=", "--expose-app-in-browser", f"--ServerApp.root_dir={folder}"],
            env=dict(os.environ, JUPYTER_CONFIG_DIR=scratch, HOME=os.environ.get("HOME", scratch)),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        browser = subprocess.Popen(
            [os.environ["CHROMIUM"], "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             f"--remote-debugging-port={debug}", "--remote-allow-origins=*", f"--user-data-dir={scratch}/profile", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            asyncio.run(drive(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{debug}/"))
        finally:
            browser.terminate()
            server.terminate()
            browser.wait(30)
            server.wait(30)


main()
