// Package server is a Jupyter kernel for Go notebooks: GoNB's dialect, run by
// package engine, for JupyterLab, the classic notebook, VS Code and every other
// client of the Jupyter protocol.
//
// # Install
//
//	go run ./kernel install           # for this user, under the name gonb
//	go run ./kernel install --binary  # the same, with an executable of its own
//	jupyter lab notebooks/case_study.ipynb
//
// The first form installs the command "go run mixmodel/kernel serve", which
// holds no path: the notebook's folder lies in a module that has this package,
// and that module's version of it is run. The second copies the executable into
// the user's cache and starts a little faster, also for notebooks elsewhere.
// VS Code lists the kernel under "Select Kernel", "Jupyter Kernel...".
//
// # What it answers
//
// Version 5.4 of the protocol: execution with its options (silent,
// store_history, stop_on_error, allow_stdin); completion and inspection by
// package complete, without gopls; is_complete; the history of the session;
// comms of gonbui's widgets; input for %with_inputs; interrupt and shutdown
// while a cell compiles or runs; and the heartbeat. Interrupts come as messages
// ("interrupt_mode": "message"). Requests that it does not know get a reply with
// an error, so that no client waits for ever. Expressions of user_expressions are
// refused: a cell is a whole program, nothing is left to evaluate them in.
//
// Outputs are sent in the order in which the engine gives them and none is
// dropped: a client that reads slowly slows the cell down. (A Jupyter server
// itself drops what exceeds its iopub_data_rate_limit, 1 MB/s as it comes.)
// Errors name the cell and the line.
//
// Messages that are malformed, of another key or of the wrong types are dropped
// or refused, never fatal. The kernel ends when it is asked to, when the process
// in JPY_PARENT_PID has died, or when it gets SIGTERM, and leaves nothing behind.
//
// Source: jupyter-client documentation, "Messaging in Jupyter" and "Making
// kernels for Jupyter".
package server
