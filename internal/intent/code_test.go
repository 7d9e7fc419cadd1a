package intent_test

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// literalCode is the code of one line: three cups of a pass, spent within two minutes.
const literalCode = "TALLY1-AGQ3FQ6UAAMTPHFXLENIM3XZQTKCMTMUYFWUXYG3PBVLCO4AAB4ACAABAIBQIBIGA4EASCQLBQGQ4DYAAAA" +
	"CUAAAAAAAGBWGSNNGRURFVW36TRLWC55ASX3YO7PHSHQKJ6QAPXQ7FG22EDF7HLEH5IHRVSC4TG37D6ONYXGLBDCZF" +
	"ATMKJGASUSTHTDTPSIQALDQ"

// fullCode has a hold, an order and two lines.
const fullCode = "TALLY1-AGQ3FQ6UAMMTPHFXLENIM3XZQTKCMTMUYFWUXYG3PBVLCO4AAJMAACJ2QAAAAAAAAAAAAAAAAAAAAAAAAAA" +
	"AAAAAAAAAAAAAAAAAAAAAAAAASAQBAAAAAAAAAAAAAAAAAAAAAAAA777777YP777777YCAAAAAAAAAAAAAAAAAAAAA" +
	"AAAAAAAAAAAAAAAAAJY2M2EDG6OUU7237HZMQSRAXFCG4C2AO6DB4GOMQOGN4727XRVCBMHFIE35DQJL76CR7Z2G3U" +
	"UI6VDEWUPVBZ7JTXK4XKQQZKWVFB6K"

func signed(t require.TestingT, o voucher.Redeem) intent.Code {
	k := key(t, 6)
	o.Owner = intent.Address(k)
	s, err := domain().Sign(k, o)
	require.NoError(t, err)
	return intent.Code{Offer: o, Signature: s}
}

func oneLine(t require.TestingT) intent.Code {
	return signed(t, voucher.Redeem{
		Lines: []voucher.Line{{
			Campaign: voucher.CampaignID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, Serial: 42, Units: 3,
		}},
		SignedAt: 1_790_000_000, Deadline: 1_790_000_120,
	})
}

func full(t require.TestingT) intent.Code {
	return signed(t, voucher.Redeem{
		Lines: []voucher.Line{
			{Campaign: voucher.CampaignID{1}, Serial: 1<<32 - 1, Units: voucher.MaxUnits}, {Campaign: voucher.CampaignID{2}, Units: 1},
		},
		SignedAt: 1_790_000_000, Deadline: 1_790_000_600, HoldUntil: 1_790_000_000 + voucher.HoldLife, Order: voucher.Hash{31: 9},
	})
}

func TestCode_Literals(t *testing.T) {
	for want, code := range map[string]intent.Code{literalCode: oneLine(t), fullCode: full(t)} {
		text, err := domain().Text(code)
		require.NoError(t, err)
		require.Equal(t, want, text)
		again, err := domain().ParseCode(text)
		require.NoError(t, err)
		require.Equal(t, code, again)
		require.Equal(t, code.Offer.Owner, intent.Signer(domain().Digest(again.Offer), again.Signature))
	}
	require.Len(t, literalCode, 203)
	require.Regexp(t, `^[A-Z0-9-]+$`, literalCode)
}

// TestCode_TypedOrScanned: codes are read as they are typed or scanned.
func TestCode_TypedOrScanned(t *testing.T) {
	for _, text := range []string{
		literalCode, strings.ToLower(literalCode), " " + literalCode + "\r\n", "\t" + strings.ToLower(literalCode) + "\n",
		"]Q1" + literalCode, "]d2" + literalCode, "\x02" + literalCode + "\x03", "\x1d" + literalCode, "\ufeff" + literalCode, literalCode + "\u200b",
		literalCode[:70] + "\r\n" + literalCode[70:140] + "\n  " + literalCode[140:], "QR-Code:" + literalCode, "QR Code: " + literalCode, "code: " + literalCode, "qr:" + literalCode,
		"\"" + literalCode + "\"", "“" + literalCode + "”", "TALLY1\u2011" + literalCode[7:], "\u00a0" + literalCode, "]Q1\x02" + literalCode[:9] + "\u00ad" + literalCode[9:] + "\x04\x00",
	} {
		code, err := domain().ParseCode(text)
		require.NoError(t, err)
		require.Equal(t, oneLine(t), code)
	}
}

// anyOffer is an offer that fits a code.
func anyOffer(t *rapid.T) voucher.Redeem {
	bytesOf := func(n int, name string) []byte { return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, name) }
	o := voucher.Redeem{
		Owner:    voucher.Address(bytesOf(20, "owner")),
		SignedAt: rapid.Uint64Range(1, voucher.MaxSignedAt).Draw(t, "signedAt"),
	}
	o.Deadline = o.SignedAt + rapid.Uint64Range(0, voucher.RedeemLife).Draw(t, "life")
	if rapid.Bool().Draw(t, "a hold") {
		o.HoldUntil = o.SignedAt + rapid.Uint64Range(0, voucher.HoldLife).Draw(t, "hold")
	}
	if rapid.Bool().Draw(t, "an order") {
		o.Order = voucher.Hash(bytesOf(32, "order"))
	}
	for range rapid.IntRange(1, voucher.MaxLines).Draw(t, "lines") {
		o.Lines = append(o.Lines, voucher.Line{
			Campaign: voucher.CampaignID(bytesOf(16, "campaign")), Serial: rapid.Uint32().Draw(t, "serial"),
			Units: rapid.Uint64Range(0, voucher.MaxUnits).Draw(t, "units"),
		})
	}
	return o
}

// TestCode_ReadsBack: every code reads back.
func TestCode_ReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "signature")
		code := intent.Code{
			Offer:     anyOffer(t),
			Signature: voucher.Signature{R: voucher.Hash(raw[:32]), VS: voucher.Hash(raw[32:])},
		}
		text, err := domain().Text(code)
		require.NoError(t, err)
		require.LessOrEqual(t, len(text), intent.MaxCode)
		again, err := domain().ParseCode(text)
		require.NoError(t, err)
		require.Equal(t, code, again)
	})
}

// TestCode_Longest: the longest code has MaxCode characters.
func TestCode_Longest(t *testing.T) {
	o := full(t).Offer
	for len(o.Lines) < voucher.MaxLines {
		o.Lines = append(o.Lines, o.Lines[0])
	}
	text, err := domain().Text(signed(t, o))
	require.NoError(t, err)
	require.Len(t, text, intent.MaxCode)
	require.Equal(t, 1420, intent.MaxCode)
	_, err = domain().ParseCode("\n" + text + "\n")
	require.NoError(t, err)
}

// TestCode_OfferThatDoesNotFit: offers that fit no code have no text.
func TestCode_OfferThatDoesNotFit(t *testing.T) {
	for name, edit := range map[string]func(o *voucher.Redeem){
		"no lines":                    func(o *voucher.Redeem) { o.Lines = nil },
		"31 lines":                    func(o *voucher.Redeem) { o.Lines = make([]voucher.Line, 31) },
		"more units than a slot":      func(o *voucher.Redeem) { o.Lines[0].Units = voucher.MaxUnits + 1 },
		"signed too late for a slot":  func(o *voucher.Redeem) { o.SignedAt, o.Deadline, o.HoldUntil = 1<<32, 1<<32, 0 },
		"a deadline before signedAt":  func(o *voucher.Redeem) { o.Deadline = o.SignedAt - 1 },
		"more than ten minutes":       func(o *voucher.Redeem) { o.Deadline = o.SignedAt + 601 },
		"no end":                      func(o *voucher.Redeem) { o.Deadline = 1<<64 - 1 },
		"a hold that ended before":    func(o *voucher.Redeem) { o.HoldUntil = o.SignedAt - 1 },
		"a hold of eight days":        func(o *voucher.Redeem) { o.HoldUntil = o.SignedAt + 8*86400 },
		"a hold that overflows":       func(o *voucher.Redeem) { o.HoldUntil = 1<<64 - 1 },
		"a hold of seven days and 1s": func(o *voucher.Redeem) { o.HoldUntil = o.SignedAt + voucher.HoldLife + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			code := full(t)
			edit(&code.Offer)
			_, err := domain().Text(code)
			require.ErrorIs(t, err, intent.ErrCode)
		})
	}
}

// Of every text that differs from a code in one character, be it any ASCII one
// or one that only looks or sorts like it: it is refused, or it is the same
// letter in the other case, or it names an owner who did not sign it. Every
// shorter text is refused.
func TestCode_Changed(t *testing.T) {
	others := []string{"", "ſ", "ı", "K", "０", "Ａ", "\u00a0", "\xff", "=="}
	for c := rune(0); c < 128; c++ {
		others = append(others, string(c))
	}
	d := domain()
	for _, text := range []string{literalCode, fullCode} {
		for i := range len(text) {
			for _, other := range others {
				checkChanged(t, d, text, i, other)
			}
			_, err := d.ParseCode(text[:i])
			require.ErrorIs(t, err, intent.ErrCode, "the first %d characters", i)
		}
	}
}

// checkChanged puts another text in the place of one character.
func checkChanged(t *testing.T, d *intent.Domain, text string, i int, other string) {
	t.Helper()
	got, err := d.ParseCode(text[:i] + other + text[i+1:])
	if err != nil {
		require.True(t, errors.Is(err, intent.ErrCode) || errors.Is(err, intent.ErrWrongLedger), err)
		return
	}
	want, err := d.ParseCode(text)
	require.NoError(t, err)
	if len(other) == 1 && strings.EqualFold(other, text[i:i+1]) {
		require.Equal(t, want, got)
		return
	}
	require.False(t, reflect.DeepEqual(want, got), "%q instead of %q at %d is the same code", other, text[i], i)
	require.NotEqual(t, got.Offer.Owner, intent.Signer(d.Digest(got.Offer), got.Signature), "%q at %d", other, i)
}

// TestCode_OtherLedger: the error of a code for another ledger says so.
func TestCode_OtherLedger(t *testing.T) {
	ledger := domain().Ledger()
	ledger[3]++
	_, err := intent.NewDomain(ledger).ParseCode(literalCode)
	require.ErrorIs(t, err, intent.ErrWrongLedger)
	require.NotErrorIs(t, err, intent.ErrCode)
}

// TestCode_Malformed: other texts are no codes.
func TestCode_Malformed(t *testing.T) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimPrefix(fullCode, "TALLY1-"))
	require.NoError(t, err)
	// version 1, ledger 4, flags 1, owner 20, signedAt 4, life 2, hold 4, order 32, lines 1
	changed := func(edit func(b []byte) []byte) string {
		return "TALLY1-" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(edit(bytes.Clone(raw)))
	}
	for name, text := range map[string]string{
		"nothing":          "",
		"the prefix alone": "TALLY1-",
		"another prefix":   "TALLY2-" + strings.TrimPrefix(literalCode, "TALLY1-"),
		"no prefix":        strings.TrimPrefix(literalCode, "TALLY1-"),
		"two codes":        literalCode + literalCode,
		"padding":          literalCode + "=====",
		"a megabyte":       "TALLY1-" + strings.Repeat("A", 1<<20),
		"another version":  changed(func(b []byte) []byte { b[0] = 2; return b }),
		"an unknown flag":  changed(func(b []byte) []byte { b[5] |= 4; return b }),
		"a hold of nothing": changed(func(b []byte) []byte {
			copy(b[26:30], []byte{0, 0, 0, 0})
			copy(b[32:36], []byte{0, 0, 0, 0})
			return b
		}),
		"a hold too long":       changed(func(b []byte) []byte { b[32] = 0xff; return b }),
		"an order of zeros":     changed(func(b []byte) []byte { clear(b[36:68]); return b }),
		"no lines":              changed(func(b []byte) []byte { b[68] = 0; return append(b[:69], b[69+50:]...) }),
		"more lines than there": changed(func(b []byte) []byte { b[68] = 3; return b }),
		"255 lines":             changed(func(b []byte) []byte { b[68] = 255; return b }),
		"a life of 601 seconds": changed(func(b []byte) []byte { b[31]++; return b }),
		"2^36 units":            changed(func(b []byte) []byte { b[69+20] = 0x10; return b }),
		"a byte more":           changed(func(b []byte) []byte { return append(b, 0) }),
		"a byte less":           changed(func(b []byte) []byte { return b[:len(b)-1] }),
		"the header alone":      changed(func(b []byte) []byte { return b[:69] }),
		"a version alone":       changed(func(b []byte) []byte { return b[:1] }),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := domain().ParseCode(text)
			require.ErrorIs(t, err, intent.ErrCode)
		})
	}
}

// A code is a bearer's secret until it is used: it shows itself to nobody who
// prints or logs it, alone or inside of something else.
func TestCode_PrintsAsFingerprint(t *testing.T) {
	code := oneLine(t)
	type order struct {
		Code intent.Code
		More []*intent.Code
	}
	logged := func(handler func(*bytes.Buffer) slog.Handler, v any) string {
		var b bytes.Buffer
		slog.New(handler(&b)).InfoContext(t.Context(), "redeem", slog.Any("code", v))
		return b.String()
	}
	text := func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) }
	json := func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) }
	printed := map[string]string{
		"String":       code.String(),
		"an error":     fmt.Errorf("code %v: %w", code, intent.ErrCode).Error(),
		"slog, text":   logged(text, code),
		"slog, JSON":   logged(json, code),
		"slog, inside": logged(text, order{Code: code}),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%c", "%U", "%08v", "% x"} {
		printed[verb] = fmt.Sprintf(verb, code)
		printed[verb+" of a pointer"] = fmt.Sprintf(verb, &code)
		printed[verb+" of what holds it"] = fmt.Sprintf(verb, order{Code: code, More: nil})
		printed[verb+" of a list"] = fmt.Sprintf(verb, []intent.Code{code})
	}
	require.Regexp(t, `^code#[0-9a-f]{8}$`, code.String())
	for how, got := range printed {
		t.Run(how, func(t *testing.T) {
			require.NotEmpty(t, got)
			for _, secret := range secretsOf(code) {
				require.NotContains(t, got, secret)
			}
			require.NotContains(t, got, literalCode[20:40])
		})
	}
}

// secretsOf is how fmt writes the last bytes of the signature, in every base.
func secretsOf(code intent.Code) (texts []string) {
	tail := code.Signature.VS[24:]
	for _, format := range []string{"%v", "%x", "%X", "% x", "%d", "%b", "%o", "%c", "%U", "%#v", "%q", "%s", "%08v"} {
		text := strings.Trim(fmt.Sprintf(format, tail), "[]{}")
		texts = append(texts, text)
	}
	var hexes []string
	for _, b := range tail {
		hexes = append(hexes, fmt.Sprintf("0x%x", b))
	}
	return append(texts, strings.Join(hexes, ", "))
}

// TestCode_OtherKeyboard: the text says so, and is no code.
func TestCode_OtherKeyboard(t *testing.T) {
	french := strings.NewReplacer("A", "Q", "Q", "A", "1", "&", "-", ")", "2", "é")
	german := strings.NewReplacer("Y", "Z", "Z", "Y", "-", "ß")
	russian := strings.NewReplacer("T", "Е", "A", "Ф", "L", "Д", "Y", "Н")
	for _, text := range []string{
		french.Replace(literalCode), strings.ToLower(french.Replace(literalCode)), german.Replace(literalCode), "]Q1" + german.Replace(literalCode), russian.Replace(literalCode),
		strings.Replace(literalCode, "-", "'", 1), strings.Replace(literalCode, "-", "+", 1), strings.Replace(literalCode, "-", "*", 1), strings.Replace(literalCode, "TALLY", "ㅆㅁㅣㅣㅛ", 1),
	} {
		_, err := domain().ParseCode(text)
		require.ErrorIs(t, err, intent.ErrKeyboard, text)
		require.ErrorIs(t, err, intent.ErrCode)
		require.True(t, intent.BeginsLikeCode(text))
		require.NotContains(t, err.Error(), text[len(text)-10:])
	}
	_, err := domain().ParseCode("hello")
	require.NotErrorIs(t, err, intent.ErrKeyboard)
	require.False(t, intent.BeginsLikeCode("code.txt"))
}

// TestCode_SaysWhatWentWrong: a text that shows what went wrong on its way is refused with
// that, and with nothing of the code.
func TestCode_SaysWhatWentWrong(t *testing.T) {
	wide := strings.Map(func(r rune) rune { return r - '!' + '！' }, literalCode)
	for want, texts := range map[error][]string{
		intent.ErrWide: {wide, "　" + wide, "]Q1" + wide, wide[:3*8] + literalCode[8:]},
		intent.ErrTwoCodes: {
			literalCode + literalCode, literalCode + "\r\n" + fullCode, strings.ToLower(literalCode + "\t" + fullCode), literalCode + "\x1d\n" + literalCode,
		},
		intent.ErrHalfCode: {literalCode[:len(literalCode)/2], literalCode[:8], literalCode[:7], fullCode[:200] + "\n", strings.ToLower(literalCode[:101])},
	} {
		for _, text := range texts {
			_, err := domain().ParseCode(text)
			require.ErrorIs(t, err, want, text)
			require.ErrorIs(t, err, intent.ErrCode)
			require.True(t, intent.BeginsLikeCode(text), text)
			require.NotContains(t, err.Error(), "TALLY1-A")
			require.Equal(t, err.Error(), intent.HideCodes(err.Error()), "all of the sentence is printed")
		}
	}
	for n := 7; n < len(literalCode); n++ {
		_, err := domain().ParseCode(literalCode[:n])
		require.ErrorIs(t, err, intent.ErrHalfCode, "the first %d characters", n)
	}
	for _, text := range []string{literalCode + "A", literalCode + "AAAAAAAA", literalCode[:90] + "!" + literalCode[91:]} {
		_, err := domain().ParseCode(text)
		require.ErrorIs(t, err, intent.ErrCode)
		require.NotErrorIs(t, err, intent.ErrHalfCode, "it does not end too early")
	}
	_, err := domain().ParseCode("hello")
	require.Equal(t, err.Error(), intent.HideCodes(err.Error()), "all of the sentence is printed")
	require.False(t, intent.BeginsLikeCode("ｃｏｄｅ.txt"))
}

// TestHideCodes_InMessages: what is printed has no code in it, as good as it may be.
func TestHideCodes_InMessages(t *testing.T) {
	for _, text := range []string{
		literalCode, " " + literalCode, strings.ToLower(literalCode), "unexpected argument " + literalCode + ", did you mean x", `open "` + fullCode + `": no such file`,
		literalCode[:60] + "\n" + literalCode[60:], strings.TrimPrefix(literalCode, "TALLY1-"), "TALLY1\u2011" + literalCode[7:], strings.Replace(literalCode, "-", "'", 1),
	} {
		hidden := intent.HideCodes(text)
		for i := 8; i+16 < len(literalCode); i += 16 {
			require.NotContains(t, strings.ToUpper(hidden), literalCode[i:i+16], text)
		}
	}
	for _, text := range []string{"tally: code.txt: no such file", "tally-chaincode was not started by tally-network", "run tally status --as KEY", "0x" + strings.Repeat("ab", 32)} {
		require.Equal(t, text, intent.HideCodes(text))
	}
}

// FuzzParseCode: a text is refused, or is the text of its code with what scanners add
// to it.
func FuzzParseCode(f *testing.F) {
	f.Add(literalCode)
	f.Add(" " + strings.ToLower(fullCode) + "\r\n")
	f.Add("TALLY1-")
	f.Add("TALLY1-AGQ3FQ6UAAMTPHFXLENIM3XZQTKCMTMUYFWUXYG3")
	f.Add(strings.Repeat("A", intent.MaxCode+17))
	d := domain()
	f.Fuzz(func(t *testing.T, text string) {
		code, err := d.ParseCode(text)
		if err != nil {
			require.True(t, errors.Is(err, intent.ErrCode) || errors.Is(err, intent.ErrWrongLedger), err)
			require.Zero(t, code)
			require.Less(t, len(err.Error()), 200)
			return
		}
		again, err := d.Text(code)
		require.NoError(t, err)
		require.Subset(t, []rune(strings.ToUpper(text)), []rune(again), "nothing is made up")
		once, err := d.ParseCode(again)
		require.NoError(t, err)
		require.Equal(t, code, once)
		require.LessOrEqual(t, len(again), intent.MaxCode)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", code, code, code, code), again, "a code is a secret")
	})
}
