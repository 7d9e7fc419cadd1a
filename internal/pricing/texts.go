package pricing

import (
	"cmp"
	"slices"
)

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

// Localised is a sentence in one language.
type Localised struct{ Locale, Text string }

func (r *reader) texts(o object, name string) (texts []Text) {
	for _, m := range r.locales(o, name) {
		text := r.object(m.value, "title", "terms")
		text.need("title")
		texts = append(texts, Text{m.name, text.text("title", MaxTitle), text.text("terms", MaxText)})
	}
	return texts
}

func (r *reader) reason(o object, name string) (reason []Localised) {
	for _, m := range r.locales(o, name) {
		reason = append(reason, Localised{m.name, r.text(m.value, MaxReason)})
	}
	return reason
}

// locales are the members of an object that is keyed by locale, in the order of
// their names.
func (r *reader) locales(o object, name string) []member {
	v, ok := o.typed(name, isObject)
	if !ok {
		return nil
	}
	r.size(v, MaxTexts)
	members := slices.Clone(v.members)
	for _, m := range members {
		if !isLocale(m.name) {
			r.refuse(FaultForm, m.path, "%s is no locale, as en and zh-Hant are", clip(m.name))
		}
	}
	slices.SortFunc(members, func(a, b member) int { return compare(a.name, b.name) })
	return members
}

// isLocale reports whether a text is a language of two or three small letters, then
// parts of two to four letters, each after a hyphen: en, fil, zh-Hant, zh-Hant-HK.
func isLocale(text string) bool {
	part, least, most := 0, 2, 3
	first := true
	for i := range len(text) + 1 {
		switch {
		case i == len(text) || text[i] == '-':
			if part < least || part > most {
				return false
			}
			part, most, first = 0, 4, false
		case text[i] >= 'a' && text[i] <= 'z', !first && text[i] >= 'A' && text[i] <= 'Z':
			part++
		default:
			return false
		}
	}
	return len(text) <= maxWord
}

func textTree(texts []Text) tree {
	t := tree{}
	for _, text := range texts {
		one := tree{"title": text.Title}
		one.put("terms", text.Terms)
		t[text.Locale] = one
	}
	return t
}

func reasonTree(reason []Localised) tree {
	t := tree{}
	for _, one := range reason {
		t[one.Locale] = one.Text
	}
	return t
}
