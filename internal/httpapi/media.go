package httpapi

import (
	"mime"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
)

const mediaJSON = "application/json"

// checkMedia refuses a body that says that it is something else than plain JSON: by
// its Content-Type, or by a Content-Encoding. Accept and Accept-Encoding of the
// answer say what is taken (RFC 9110, section 15.5.16).
func checkMedia(c *gin.Context) error {
	if !isPlain(c.Request.Header.Values("Content-Encoding")) {
		c.Header("Accept-Encoding", "identity")
		return api.FaultMediaType.Because("Send the body without a Content-Encoding.")
	}
	if !isJSON(c.Request.Header.Values("Content-Type")) {
		c.Header("Accept", mediaJSON)
		return api.FaultMediaType.Problem()
	}
	return nil
}

// isPlain reports whether the values of Content-Encoding name no coding.
// RFC 9110 reserves "identity" for that.
func isPlain(values []string) bool {
	for _, coding := range strings.Split(strings.Join(values, ","), ",") {
		if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
			return false
		}
	}
	return true
}

// isJSON reports whether the values of Content-Type are one, which names JSON in
// UTF-8. The type and the charset may be in any case (RFC 9110, section 8.3.1).
// Another parameter could change what the body means, so it is not ignored.
func isJSON(values []string) bool {
	if len(values) != 1 {
		return false
	}
	media, parameters, err := mime.ParseMediaType(values[0])
	if err != nil || media != mediaJSON {
		return false
	}
	charset, ok := parameters["charset"]
	if ok && !strings.EqualFold(charset, "utf-8") {
		return false
	}
	return len(parameters) == 0 || ok && len(parameters) == 1
}
