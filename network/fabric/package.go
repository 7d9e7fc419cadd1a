package fabric

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Program is the chaincode that a network runs: one process for each peer.
//
// It is started with the environment
//
//	CHAINCODE_ID                    the package's id, for shim.ChaincodeServer's CCID
//	CHAINCODE_SERVER_ADDRESS        where to listen, on loopback
//	CHAINCODE_TLS_CERT              file of its certificate, PEM
//	CHAINCODE_TLS_KEY               file of its key, PEM
//	CHAINCODE_TLS_CLIENT_CACERT     file of the authority of those who may call: its peer
//
// and Environment. It listens with TLS and demands a client's certificate.
type Program struct {
	Path        string   // of the executable file
	Version     string   // agreed by the organisations; the first 12 hexadecimal digits of the program's SHA-256 if it is empty
	Environment []string // more, as NAME=value
	// Ready is a function of the chaincode without arguments that succeeds and
	// writes nothing. Up waits until enough organisations endorse it through
	// every peer's gateway. Up only waits for the peers if it is empty.
	Ready string
}

// chaincodePackage is what peers install: it names the program by its hash, and
// holds nothing else, since the program runs beside the peer.
type chaincodePackage struct {
	version string
	label   string // the chaincode's name and the version
	program string // its SHA-256, hexadecimal
	archive []byte // tar, gzip
	id      string // label:SHA-256 of the archive
}

// pack makes the package. The same program, name and version give the same
// bytes, and so the same id, everywhere.
func (p Program) pack(name string) (chaincodePackage, error) {
	digest, err := hashFile(p.Path)
	if err != nil {
		return chaincodePackage{}, err
	}
	version := p.Version
	if version == "" {
		version = digest[:12]
	}
	label := name + "_" + version
	program, err := json.Marshal(map[string]string{"name": name, "version": version, "sha256": digest})
	if err != nil {
		return chaincodePackage{}, fmt.Errorf("chaincode package: %w", err)
	}
	metadata, err := json.Marshal(map[string]string{"type": "ccaas", "label": label})
	if err != nil {
		return chaincodePackage{}, fmt.Errorf("chaincode package: %w", err)
	}
	code, err := archive(entry{"program.json", program})
	if err != nil {
		return chaincodePackage{}, err
	}
	whole, err := archive(entry{"metadata.json", metadata}, entry{"code.tar.gz", code})
	if err != nil {
		return chaincodePackage{}, err
	}
	sum := sha256.Sum256(whole)
	return chaincodePackage{version: version, label: label, program: digest, archive: whole, id: label + ":" + hex.EncodeToString(sum[:])}, nil
}

type entry struct {
	name    string
	content []byte
}

// archive is a gzipped tar without times, owners or anything else of the machine.
// It is not compressed, because compressors change from release to release.
func archive(entries ...entry) ([]byte, error) {
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		return nil, fmt.Errorf("chaincode package: %w", err)
	}
	tarred := tar.NewWriter(zipped)
	for _, e := range entries {
		if err := tarred.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.content)), Format: tar.FormatUSTAR}); err != nil {
			return nil, fmt.Errorf("chaincode package: %w", err)
		}
		if _, err := tarred.Write(e.content); err != nil {
			return nil, fmt.Errorf("chaincode package: %w", err)
		}
	}
	if err := tarred.Close(); err != nil {
		return nil, fmt.Errorf("chaincode package: %w", err)
	}
	if err := zipped.Close(); err != nil {
		return nil, fmt.Errorf("chaincode package: %w", err)
	}
	return out.Bytes(), nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("chaincode: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("chaincode: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
