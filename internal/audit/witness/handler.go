package witness

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// sizeType is the media type of a size in an answer.
const sizeType = "text/x.tlog.size"

// Verdicts are what a request ended with, as Handler reports them. "inconsistent" is
// proven by two signatures of the log; "bad_proof" is what anybody can bring about.
func Verdicts() []string {
	return []string{"cosigned", "malformed", "unknown_log", "bad_signature", "conflict", "bad_proof", "inconsistent", "failed"}
}

// Handler serves a witness over HTTP, as C2SP tlog-witness has it:
//
//	POST /add-checkpoint              cosigns: 200 and a signature line
//	GET  /{SHA-256 of origin}/checkpoint   the checkpoint that was cosigned last
//
// count is called with the verdict of every checkpoint.
func Handler(w *Witness, log *slog.Logger, count func(verdict string)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", func(rw http.ResponseWriter, r *http.Request) {
		line, err := add(w, rw, r)
		verdict, status := judge(err)
		count(verdict)
		switch {
		case status == http.StatusInternalServerError:
			log.ErrorContext(r.Context(), "cosign", slog.Any("error", err))
		case errors.Is(err, ErrInconsistent): // the holder of the log's key has to explain
			log.ErrorContext(r.Context(), "a log signed two histories", slog.Any("error", err))
		}
		answer(rw, line, status, err)
	})
	mux.HandleFunc("GET /{origin}/checkpoint", func(rw http.ResponseWriter, r *http.Request) {
		signed, err := w.Last(r.PathValue("origin"))
		if err != nil {
			http.Error(rw, err.Error(), http.StatusNotFound)
			return
		}
		text(rw, http.StatusOK, signed)
	})
	return mux
}

func add(w *Witness, rw http.ResponseWriter, r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, MaxRequest))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	request, err := ParseRequest(raw)
	if err != nil {
		return nil, err
	}
	return w.Add(request)
}

// judge is the verdict, and the status that C2SP tlog-witness has for it: a fork
// that comes with another old size is a conflict to the protocol.
func judge(err error) (verdict string, status int) {
	var conflict ConflictError
	switch {
	case err == nil:
		return "cosigned", http.StatusOK
	case errors.Is(err, ErrRequest):
		return "malformed", http.StatusBadRequest
	case errors.Is(err, ErrUnknownLog):
		return "unknown_log", http.StatusNotFound
	case errors.Is(err, ErrSignature):
		return "bad_signature", http.StatusForbidden
	case errors.As(err, &conflict) && errors.Is(err, ErrInconsistent):
		return "inconsistent", http.StatusConflict
	case errors.As(err, &conflict):
		return "conflict", http.StatusConflict
	case errors.Is(err, ErrInconsistent):
		return "inconsistent", http.StatusUnprocessableEntity
	case errors.Is(err, ErrProof):
		return "bad_proof", http.StatusUnprocessableEntity
	default:
		return "failed", http.StatusInternalServerError
	}
}

func answer(rw http.ResponseWriter, line []byte, status int, err error) {
	var conflict ConflictError
	switch {
	case errors.As(err, &conflict):
		rw.Header().Set("Content-Type", sizeType)
		rw.WriteHeader(status)
		fmt.Fprintf(rw, "%d\n", conflict.Size)
	case status == http.StatusInternalServerError:
		http.Error(rw, "the witness failed", status) // why is not for strangers
	case err != nil:
		http.Error(rw, err.Error(), status)
	default:
		text(rw, status, line)
	}
}

func text(rw http.ResponseWriter, status int, body []byte) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(body) // a client that hung up gets nothing
}
