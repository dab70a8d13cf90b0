package browser

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
)

// ErrNone tells that no Chromium was found, and how to get one.
var ErrNone = errors.New("no Chromium or Chrome is installed (try: apt install chromium, brew install --cask chromium, " +
	"or winget install Chromium; CHROMIUM=/path/to/it names one that is elsewhere)")

// Find returns the path of an installed Chromium, Chrome or Edge: the one that
// the environment variable CHROMIUM names, else the first that is found.
func Find() (string, error) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range candidates() {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

func candidates() []string {
	names := []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge"}
	switch runtime.GOOS {
	case "darwin":
		for _, app := range []string{"Chromium", "Google Chrome", "Microsoft Edge"} {
			names = append(names, "/Applications/"+app+".app/Contents/MacOS/"+app)
		}
	case "windows":
		for _, root := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			dir := os.Getenv(root)
			names = append(names, dir+`\Chromium\Application\chrome.exe`, dir+`\Google\Chrome\Application\chrome.exe`, dir+`\Microsoft\Edge\Application\msedge.exe`)
		}
	}
	return names
}

// flags are those of every run: no window, no first-run pages, no calls home.
func flags(profile string) []string {
	list := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-quic",
		"--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio", "--user-data-dir=" + profile,
	}
	if os.Geteuid() == 0 {
		list = append(list, "--no-sandbox") // Chromium's sandbox refuses to work for root
	}
	return list
}
