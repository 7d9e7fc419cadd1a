package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine is what is measured on, and how busy it was before.
func machine() string {
	model := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(text), "model name\t: "); ok {
			model, _, _ = strings.Cut(rest, "\n")
		}
	}
	busy, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%d × %s, %s, load average before %s", runtime.NumCPU(), model, runtime.Version(), strings.Join(strings.Fields(string(busy))[:3], " "))
}
