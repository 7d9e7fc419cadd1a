package stage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc/PID/stat: Linux shows user programs 100 in
// a second on every architecture (proc(5), sysconf(_SC_CLK_TCK)).
const tick = time.Second / 100

var errStat = errors.New("/proc/PID/stat is not as proc(5) has it")

// Processor is the processor time, of one core, that the process and its direct
// children have used so far. PostgreSQL's work is done by children.
func (p *Process) Processor() (used time.Duration, err error) {
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile: its parent has its time
		}
		s, err := parseStat(string(text))
		if err != nil {
			return 0, fmt.Errorf("processor time of %s: %w", p.name, err)
		}
		if pid := p.cmd.Process.Pid; s.pid == pid || s.parent == pid {
			used += s.used
		}
	}
	return used, nil
}

// stat is what Processor needs of /proc/PID/stat.
type stat struct {
	pid, parent int
	used        time.Duration // by itself and by children that have ended
}

// parseStat reads a line. The second field, a name in brackets, may hold blanks
// and brackets itself, so fields are counted from its end.
func parseStat(line string) (s stat, err error) {
	first, rest := strings.Index(line, " ("), strings.LastIndex(line, ") ")
	if first < 0 || rest < 0 {
		return s, errStat
	}
	fields := strings.Fields(line[rest+2:]) // from the third on
	if len(fields) < 15 {
		return s, errStat
	}
	var failed [6]error
	s.pid, failed[0] = strconv.Atoi(line[:first])
	s.parent, failed[1] = strconv.Atoi(fields[1])
	for i, field := range fields[11:15] { // utime, stime, cutime, cstime
		var ticks int64
		ticks, failed[2+i] = strconv.ParseInt(field, 10, 64)
		s.used += time.Duration(ticks) * tick
	}
	return s, errors.Join(failed[:]...)
}
