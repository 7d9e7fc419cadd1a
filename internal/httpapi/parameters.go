package httpapi

import (
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/exact"
	"tally/internal/voucher"
)

// parseAddress reads an address of a path or a query. One in mixed case must have
// its checksum.
func parseAddress(text string) (voucher.Address, error) {
	address, err := exact.Address(text)
	return address, err
}

// checkAddresses refuses a path with an address whose capitals are not its checksum: a
// letter was changed on the way. It would be answered as if nobody had this address. It
// says nothing of who has one, so strangers see the same.
func checkAddresses(c *gin.Context) error {
	for _, name := range []string{"merchant", "wallet"} {
		text := c.Param(name)
		_, small := exact.Address(strings.ToLower(text))
		if _, err := exact.Address(text); text != "" && small == nil && err != nil {
			return invalid(exact.Sentence(exact.Within(name, err)))
		}
	}
	return nil
}

// queryNumber reads a whole number of a query, from least to most, or is unset where
// the query does not have it. The error is a problem.
func queryNumber(c *gin.Context, name string, least, most, unset uint64) (uint64, error) {
	text, ok := c.GetQuery(name)
	if !ok {
		return unset, nil
	}
	n, err := exact.Whole(text, least, most)
	if err != nil {
		return 0, invalid(exact.Sentence(exact.Within(name, err)))
	}
	return n, nil
}
