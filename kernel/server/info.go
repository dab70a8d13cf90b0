package server

import (
	"runtime"
	"strings"

	"mixmodel/kernel/wire"
)

// implementationVersion is the version of what cells may rely on: GoNB's dialect.
const implementationVersion = "0.11.4"

func kernelInfo() content {
	return content{
		"status":                 "ok",
		"protocol_version":       wire.Version,
		"implementation":         "mixmodel",
		"implementation_version": implementationVersion,
		"banner":                 "Go notebooks in GoNB's dialect, " + runtime.Version(),
		"language_info": content{
			"name":            "go",
			"version":         strings.TrimPrefix(runtime.Version(), "go"),
			"mimetype":        "text/x-go",
			"file_extension":  ".go",
			"pygments_lexer":  "go",
			"codemirror_mode": "go",
		},
		"help_links": []content{
			{"text": "Go", "url": "https://go.dev/doc"},
			{"text": "Go packages", "url": "https://pkg.go.dev"},
			{"text": "GoNB", "url": "https://github.com/janpfeifer/gonb"},
		},
		"debugger":           false,
		"supported_features": []string{},
	}
}
