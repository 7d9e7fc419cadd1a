package main

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/blockfile"
	"tally/internal/audit/pack"
	"tally/internal/processtest"
)

// mostMemory is what a program that checks a file may hold at most, in KiB resident,
// whatever the file.
const mostMemory = 256 << 10

// chunkOf is a pack's chunk of items.
func chunkOf(t testing.TB, items []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write(items)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return framed(out.Bytes())
}

func framed(raw []byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(raw)))
	head = binary.BigEndian.AppendUint32(head, crc32.Checksum(raw, crc32.MakeTable(crc32.Castagnoli)))
	return append(head, raw...)
}

// listOf is an RLP list of a long content.
func listOf(content []byte) []byte {
	return append([]byte{0xfb, byte(len(content) >> 24), byte(len(content) >> 16), byte(len(content) >> 8), byte(len(content))}, content...)
}

// headOf is the chunk of a pack's head alone.
func headOf(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw = raw[len(pack.Format):]
	length := binary.BigEndian.Uint32(raw)
	items, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw[8 : 8+length])))
	require.NoError(t, err)
	require.GreaterOrEqual(t, items[0], byte(0xf8), "a list with a length of its own")
	size, n := 0, int(items[0]-0xf7)
	for _, b := range items[1 : 1+n] {
		size = size<<8 | int(b)
	}
	return chunkOf(t, items[:1+n+size])
}

// hostilePacks are packs that were made to fill memory, each after a good head and
// without one.
func hostilePacks(t testing.TB, head []byte) map[string][]byte {
	t.Helper()
	const room = 4<<20 + 256<<10
	block := append([]byte{4, 0x80}, listOf(bytes.Repeat([]byte{0x80}, 4<<20-64))...)
	leaf := append([]byte{2, 0xb9, 0xff, 0xff}, make([]byte, 1<<16-1)...)
	subtree := append([]byte{0xe3, 3, 0x80, 0xa0}, make([]byte, 32)...)
	filled := map[string][]byte{
		"items of a byte":   bytes.Repeat([]byte{0xc0}, room),
		"items of a kind":   bytes.Repeat([]byte{0xc1, 3}, room/2),
		"subtrees":          bytes.Repeat(subtree, room/len(subtree)),
		"bytes, no lists":   make([]byte, room),
		"a block of many":   listOf(block),
		"a block at an end": append(bytes.Repeat(subtree, 7000), listOf(block)...),
		"leaves of zeros":   bytes.Repeat(append([]byte{0xfa, 1, 0, 3}, leaf...), 4),
		"lists in lists":    nested(4 << 20),
		"one long string":   append([]byte{0xba, 0x3f, 0xff, 0xff}, make([]byte, 0x3fffff)...),
		"a bomb":            make([]byte, 64<<20),
	}
	packs := map[string][]byte{
		"a length of 4 GiB": append([]byte(pack.Format), bytes.Repeat([]byte{0xff}, 1<<20)...),
		"no end":            append([]byte(pack.Format), framed(bytes.Repeat([]byte{0}, 4<<20))...),
	}
	for name, items := range filled {
		many := bytes.Repeat(chunkOf(t, items), 12)
		packs[name] = append([]byte(pack.Format), many...)
		packs[name+", after a head"] = append(append([]byte(pack.Format), head...), many...)
	}
	return packs
}

// nested are lists within lists, as deep as they go.
func nested(size int) (raw []byte) {
	at := make([]byte, size)
	end := size
	for length := 0; end > 5; {
		head := listOf(nil)
		binary.BigEndian.PutUint32(head[1:], uint32(length))
		end -= len(head)
		copy(at[end:], head)
		length += len(head)
	}
	return at[end:]
}

// hostileBlocks are files of blocks.
func hostileBlocks(t testing.TB) map[string][]byte {
	t.Helper()
	field := func(tag byte, content []byte) []byte {
		return append(binary.AppendUvarint([]byte{tag}, uint64(len(content))), content...)
	}
	const room = blockfile.MaxBlock - 64
	empty := bytes.Repeat([]byte{0x0a, 0}, room/2)
	files := map[string][]byte{}
	for name, block := range map[string][]byte{
		"transactions of nothing": field(0x12, empty),
		"metadata of nothing":     field(0x1a, empty),
		"one long transaction":    field(0x12, field(0x0a, make([]byte, room-16))),
		"unknown fields":          bytes.Repeat([]byte{0x78, 1}, room/2),
		"an unknown field":        field(0x7a, make([]byte, room)),
	} {
		var out bytes.Buffer
		out.WriteString(blockfile.Format)
		require.NoError(t, blockfile.Append(&out, block))
		files[name] = out.Bytes()
	}
	files["a length and nothing"] = append([]byte(blockfile.Format), binary.AppendUvarint(nil, blockfile.MaxBlock)...)
	files["a length of no end"] = append([]byte(blockfile.Format), bytes.Repeat([]byte{0xff}, 1<<20)...)
	return files
}

// TestAttack_Verify_NoFileFillsMemory gives every command files that were made to fill
// memory, and one of 4 GiB without a line's end, and looks at what each held at most.
func TestAttack_Verify_NoFileFillsMemory(t *testing.T) {
	measuring := measured(t)
	o := openOffice(t)
	program := processtest.Build(t, "./cmd/tally-verify")
	held := func(args ...string) int64 { return measuring(append([]string{program}, args...)) }
	most := map[string]int64{}
	check := func(name string, args ...string) {
		kib := held(args...)
		require.LessOrEqual(t, kib, int64(mostMemory), "%s: %v", name, args)
		most[args[2]] = max(most[args[2]], kib)
	}
	ledger := filepath.Join(o.dir, "pins.json")
	for name, raw := range hostilePacks(t, headOf(t, o.pack(t))) {
		check(name, "--pins", ledger, "pack", o.file(t, "hostile", raw))
	}
	d := openDesk(t, recorded)
	text, err := json.Marshal(d.pins)
	require.NoError(t, err)
	channel := d.file(t, "pins.json", text)
	for name, raw := range hostileBlocks(t) {
		check(name, "--pins", channel, "channel", d.file(t, "hostile", raw))
	}

	endless := o.file(t, "endless", nil)
	require.NoError(t, os.Truncate(endless, 4<<30)) // of zeros, which take no room
	deep := o.file(t, "deep", []byte(strings.Repeat(`{"evm":[`, 1<<20)))
	for _, file := range []string{endless, deep} {
		check(file, "--pins", ledger, "receipt", file)
		check(file, "--pins", ledger, "checkpoint", file, file)
		check(file, "--pins", ledger, "pack", file)
		check(file, "--pins", channel, "channel", file)
		check(file, "--pins", file, "pack", file)
	}
	t.Logf("KiB resident at most, by command: %v", most)
}

// measurer says that the test's binary is to run programs and to measure them. A child
// is counted what its parent held when it began, so the parent has to be a small one.
const measurer = "TALLY_TEST_MEASURES"

// measurement is what a program left behind.
type measurement struct {
	Code int
	Out  string
	KiB  int64 // resident, at most
}

// TestMeasure_Runs runs programs for measured, and else nothing.
func TestMeasure_Runs(t *testing.T) {
	if os.Getenv(measurer) == "" {
		return
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stderr)
	for {
		var args []string
		if in.Decode(&args) != nil {
			return
		}
		command := exec.CommandContext(t.Context(), args[0], args[1:]...)
		text, _ := command.CombinedOutput() // its code says it
		usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
		require.True(t, ok)
		require.NoError(t, out.Encode(measurement{command.ProcessState.ExitCode(), string(text), usage.Maxrss}))
	}
}

// measured runs programs in a small process, which have to refuse what they are given,
// and returns how much each held at most.
func measured(t testing.TB) func(args []string) int64 {
	t.Helper()
	helper := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^TestMeasure_Runs$")
	helper.Env = append(os.Environ(), measurer+"=1")
	in, err := helper.StdinPipe()
	require.NoError(t, err)
	out, err := helper.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, helper.Start())
	t.Cleanup(func() { require.NoError(t, in.Close()); require.NoError(t, helper.Wait()) })
	answers := json.NewDecoder(out)
	return func(args []string) int64 {
		require.NoError(t, json.NewEncoder(in).Encode(args))
		var m measurement
		require.NoError(t, answers.Decode(&m))
		require.Contains(t, []int{exitNot, exitMisused}, m.Code, "%v: %.300s", args, m.Out)
		require.Less(t, len(m.Out), 4096, "%.300s", m.Out)
		return m.KiB
	}
}
