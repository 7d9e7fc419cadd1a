package voucher

// readByKey are the records of a merchant and of one of its keys.
func readByKey(merchant, key Address) []string {
	return []string{merchantKey(merchant), keyKey(merchant, key)}
}

// readOf are the records of vouchers, and of their campaigns.
func readOf(vouchers []Ref, records ...func(Ref) string) (keys []string) {
	var last CampaignID
	for i, ref := range vouchers {
		if i == 0 || ref.Campaign != last { // lists of vouchers are in order
			keys = append(keys, campaignKey(ref.Campaign))
		}
		last = ref.Campaign
	}
	return append(keys, recordsOf(vouchers, records...)...)
}

func recordsOf(vouchers []Ref, records ...func(Ref) string) (keys []string) {
	for _, ref := range vouchers {
		for _, key := range records {
			keys = append(keys, key(ref))
		}
	}
	return keys
}
