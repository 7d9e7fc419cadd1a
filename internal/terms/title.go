package terms

import "encoding/json"

// Title is the name in a campaign's terms, or nothing: terms that this program did not
// write may have none.
func Title(document string) string {
	var named struct {
		Name string `json:"name"`
	}
	if json.Unmarshal([]byte(document), &named) != nil {
		return ""
	}
	return named.Name
}
