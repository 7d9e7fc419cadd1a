package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// checkLog checks the directory of the log, its lock, and the key that is in
// the data directory: one that --log-key names is checked as every file is.
func (c *CheckConfig) checkLog() (done []check) {
	s := &c.Settings
	if s.chosen().kind().forgets {
		return nil
	}
	dir := filepath.Join(s.Data, logDir)
	done = append(done, checkLock("log", filepath.Join(dir, "lock"), dir)) // see translog.Open
	if s.LogKey != "" {
		return done
	}
	key := filepath.Join(s.Data, logKeyFile)
	if _, err := os.Stat(key); errors.Is(err, fs.ErrNotExist) {
		if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 && !s.NewLogKey {
			return append(done, failed("log-key", "there is no %s, and a log in %s: bring it back, or name it with --log-key", key, dir))
		}
		return append(done, passed("log-key", "%s will be made", key))
	}
	return append(done, checkFile("log-key", key))
}
