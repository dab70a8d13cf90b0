"""What jupyter_kernel_test should find of the kernel named in KERNEL_NAME.

Left out, since Go cells and gonbui have no such notion: results of expressions
(execute_result), pagers (payload) and clear_output.
"""
import os
import unittest

import jupyter_kernel_test

NAME = os.environ["KERNEL_NAME"]


class Kernel(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    language_name = "go"
    file_extension = ".go"

    code_hello_world = '%%\nfmt.Println("hello, world")'
    code_stderr = '%%\nfmt.Fprintln(os.Stderr, "oops")'
    completion_samples = [
        {"text": "%%\nfmt.Printl", "matches": ["Println"]},
        {"text": "%%\nstrings.ToUpperS", "matches": ["ToUpperSpecial"]},
        {"text": "%noaut", "matches": ["%noautoget"]},
    ]
    complete_code_samples = ["var x = 1", "%%\nfmt.Println(1)", "func f() int { return 1 }", "!ls"]
    incomplete_code_samples = ["%%\nfor i := range 3 {", "func f() {", "import (", "%%\nfmt.Println("]
    invalid_code_samples = ["%%\nx := := 1", "fmt.Println(1)", "%%\nfmt.Println(1))"]
    code_generate_error = '%%\npanic("on purpose")'
    code_inspect_sample = "%%\nfmt.Println"
    code_display_data = [
        {"code": 'import "github.com/janpfeifer/gonb/gonbui"\n%%\ngonbui.DisplayHTML("<b>x</b>")', "mime": "text/html"},
        {"code": 'import "github.com/janpfeifer/gonb/gonbui"\n%%\ngonbui.DisplayMarkdown("*x*")', "mime": "text/markdown"},
        {"code": 'import "mixmodel/kernel/display"\n%%\ndisplay.Show(42)', "mime": "text/plain"},
    ]


class CompileError(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    code_generate_error = "%%\nnothing.Known()"


class History(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    # The history's test takes its cells from here; the test of their results is none of ours.
    code_execute_result = [{"code": "%%\nfmt.Println(1)"}, {"code": "%%\nfmt.Println(2)"}]
    code_history_pattern = "%%*Print*1)"
    supported_history_operations = ("tail", "range", "search")
    test_execute_result = None


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = NAME
    support_iopub_welcome = True


# The bases are no tests of ours, nor are their skips.
del jupyter_kernel_test

if __name__ == "__main__":
    unittest.main(verbosity=2)
