package fabric

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/template"
)

// The service unit and the start script of a host.
//
//go:embed host
var hostFiles embed.FS

// Bundle writes what one host of the description needs into a directory, and
// nothing that is another's: the description, the genesis block, what all
// organisations may know of each other, and the keys of this host's nodes and of
// their organisations' users. The authorities' keys stay where the network was
// generated. With it come a start script and a systemd unit.
//
// The directory is a network's: Open, Up and Run take it, with Options.Host. An
// older bundle there gets the certificates of today. The errors are
// ErrDescription for a host that is not there, and those of the file system.
func (n *Network) Bundle(host, to string) error {
	h, ok := n.description.host(host)
	if !ok {
		return fmt.Errorf("%w: there is no host %q", ErrDescription, host)
	}
	for _, path := range n.bundled(h) {
		if err := copyTree(n.files.path(path), filepath.Join(to, path)); err != nil {
			return err
		}
	}
	for name, mode := range map[string]os.FileMode{"start": 0o755, "tally-network.service": 0o644} {
		text, err := template.ParseFS(hostFiles, "host/"+name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		var out bytes.Buffer
		if err := text.Execute(&out, h); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := writeFile(filepath.Join(to, name), out.Bytes(), mode); err != nil {
			return err
		}
	}
	return nil
}

// bundled are the files and directories of a host, relative to the network's.
func (n *Network) bundled(h Host) []string {
	var relative layout
	paths := []string{relative.description(), relative.genesis(), "configtx.yaml"}
	present := map[string]bool{}
	for _, node := range n.description.Nodes() {
		if node.Host.Name != h.Name {
			continue
		}
		present[node.Organisation] = true
		paths = append(paths, relative.node(node.Name, "msp"), relative.node(node.Name, "tls"))
		if node.Kind == Peer {
			for _, name := range []string{certificateFile, keyFile, "ca.pem"} {
				paths = append(paths, relative.node(node.Name, "chaincode", name))
			}
		}
	}
	for _, o := range n.description.Organisations {
		paths = append(paths, relative.organisation(o.Name, "msp"))
		if present[o.Name] {
			paths = append(paths, relative.organisation(o.Name, "users"))
		}
	}
	return paths
}

// copyTree copies a file, or all below a directory, with the modes that they have.
func copyTree(from, to string) error {
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		content, err := os.ReadFile(path) //nolint:gosec // G122: nobody but the operator writes below the network's directory
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		return writeFile(filepath.Join(to, relative), content, info.Mode().Perm())
	})
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	return nil
}
