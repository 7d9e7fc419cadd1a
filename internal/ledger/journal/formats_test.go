package journal_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/segment"
	"tally/internal/voucher"
)

// TestFormats_Literals holds the literals of FORMATS.md against what is written. What
// they say never changes: a ledger that was founded once is read for ever.
func TestFormats_Literals(t *testing.T) {
	text, err := os.ReadFile("FORMATS.md")
	require.NoError(t, err)
	literals := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)<!-- (\\S+) -->\n+```\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		literals[m[1]] = strings.Join(strings.Fields(m[2]), "")
	}
	raw, founding, one := literal(t)
	at := segment.HeaderBytes + 12 + len(founding.Payload()) + 16
	frame := raw[at : at+12+len(one.Payload())+16]
	for name, want := range map[string][]byte{
		"founding-header": founding.Header.Encode(),
		"founding-record": founding.Records[0],
		"header":          one.Header.Encode(),
		"record":          one.Records[0],
		"segment-header":  raw[:segment.HeaderBytes],
		"frame":           frame, // another version of Snappy may pack it in other bytes: then only what follows has to hold
	} {
		require.Equal(t, hex.EncodeToString(want), literals[name], "FORMATS.md, %s:\n%s", name, wrapped(want))
	}
	// By hand, as the page says.
	kept, err := hex.DecodeString(literals["frame"])
	require.NoError(t, err)
	require.Equal(t, "TJB1", string(kept[:4]))
	length := binary.BigEndian.Uint32(kept[4:])
	payload := kept[12 : 12+length]
	require.Equal(t, crc32.Checksum(append(bytes.Clone(kept[4:8]), payload...), crc32.MakeTable(crc32.Castagnoli)), binary.BigEndian.Uint32(kept[8:]))
	read, err := block.Read(payload)
	require.NoError(t, err)
	require.Equal(t, one, read)
	parent := founding.Header.Hash()
	require.Equal(t, crypto.Keccak256([]byte("tally-journal-synced"), parent[:], []byte{7: 1})[:16], kept[12+length:])
	genesis, sealer := founding.Header.Hash(), voucher.Address(crypto.PubkeyToAddress(literalKey(t).PublicKey))
	for _, said := range []string{genesis.String(), block.LedgerID(genesis, sealer).String(), one.Header.Hash().String(), sealer.String()} {
		require.Contains(t, string(text), said)
	}
}

func wrapped(b []byte) string {
	text := hex.EncodeToString(b)
	lines := &strings.Builder{}
	for len(text) > 0 {
		n := min(100, len(text))
		lines.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return lines.String()
}

// literal is a segment with two blocks, of a key that is no secret.
func literal(t *testing.T) (raw []byte, founding, one block.Block) {
	t.Helper()
	key := literalKey(t)
	founding, err := block.Found(key, voucher.Hash{0: 0x5a, 31: 0xa5}, []voucher.Address{{19: 0x11}, {19: 0x22}}, 2, 1790000000)
	require.NoError(t, err)
	id := block.LedgerID(founding.Header.Hash(), voucher.Address(crypto.PubkeyToAddress(key.PublicKey)))
	ref := voucher.Ref{Campaign: voucher.CampaignID{15: 0x0f}, Serial: 42}
	record := block.Record{
		ID:      voucher.Hash{0: 0xdd, 31: 0xb8},
		Command: voucher.EncodeCommand(voucher.DeliverCommand{Deliver: voucher.Deliver{Issue: voucher.Hash{31: 7}, Owner: voucher.Address{19: 0x33}}}),
		Events:  voucher.Events{voucher.VoucherDelivered{Campaign: ref.Campaign, Serial: ref.Serial, Issue: voucher.Hash{31: 7}}},
	}
	one, err = block.Seal(key, block.Header{
		Format: block.Format, Ledger: id, Number: 1, Parent: founding.Header.Hash(), Time: 1790000007,
	}, [][]byte{record.Encode()})
	require.NoError(t, err)
	dir := t.TempDir()
	o := segment.Options{Dir: dir, Size: 4096}
	require.NoError(t, segment.Create(o, id, founding))
	j, err := segment.Open(o)
	require.NoError(t, err)
	require.NoError(t, j.Append(one))
	require.NoError(t, j.Close())
	raw, err = os.ReadFile(filepath.Join(dir, "00000000.segment"))
	require.NoError(t, err)
	return raw, founding, one
}

func literalKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := crypto.HexToECDSA(strings.Repeat("07", 32))
	require.NoError(t, err)
	return key
}
