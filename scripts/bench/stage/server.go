package stage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const anyPort = "127.0.0.1:0" // the system chooses one

// Server is a process that answers HTTP requests.
type Server struct {
	*Process

	URL     string // http://127.0.0.1:…
	Metrics string // the same of its metrics; empty if it has none

	// Answers is when it first wanted requests: lists may be missing for a while after that.
	Answers time.Time
}

var errSilent = errors.New("it does not say where it listens")

// serve starts a program and waits for the line of its log that says where it listens.
func (s *Stage) serve(ctx context.Context, name, program string, args []string) (*Server, error) {
	p, err := s.start(name, program, args, nil)
	if err != nil {
		return nil, err
	}
	server := &Server{Process: p}
	return server, p.until(ctx, func(context.Context) error { return server.listens() })
}

// listens finds the addresses in the log.
func (s *Server) listens() error {
	text, err := os.ReadFile(s.log)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var line struct {
			Msg     string `json:"msg"`
			Address string `json:"address"`
		}
		switch err := json.Unmarshal(lines.Bytes(), &line); {
		case err != nil: // not every line is JSON
		case line.Msg == "serving metrics":
			s.Metrics = "http://" + line.Address + "/metrics"
		case line.Msg == "listening":
			s.URL = "http://" + line.Address
			return nil
		}
	}
	return errSilent
}

// ready waits until the server wants requests, and answers lists, too.
func (s *Server) ready(ctx context.Context) error {
	return s.until(ctx, func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close() //nolint:errcheck // it is read to its end
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			return errors.Join(fmt.Errorf("ready: status %d", answer.StatusCode), err)
		}
		if s.Answers.IsZero() {
			s.Answers = time.Now()
		}
		if string(text) != "ready\n" {
			return fmt.Errorf("%s", text)
		}
		return nil
	})
}
