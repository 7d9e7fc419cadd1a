package httpapi

import (
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
