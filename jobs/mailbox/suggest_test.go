package mailbox

import "testing"

func TestSlipsOfBigProvidersGetASuggestion(t *testing.T) {
	for typed, meant := range map[string]string{
		"gmial.com": "gmail.com", "gmai.com": "gmail.com", "gmail.con": "gmail.com", "gmail.co": "gmail.com",
		"gamil.com": "gmail.com", "GMAIL.CM": "gmail.com", "gmailcom": "gmail.com",
		"docomo.nejp": "docomo.ne.jp", "docom.ne.jp": "docomo.ne.jp", "docomo.co.jp": "docomo.ne.jp",
		"ezweb.ne.jo": "ezweb.ne.jp", "ezwb.ne.jp": "ezweb.ne.jp", "softbank.ne.ip": "softbank.ne.jp",
		"softbank.nejp": "softbank.ne.jp", "i.sofbank.jp": "i.softbank.jp", "yaho.co.jp": "yahoo.co.jp",
		"yahoo.cojp": "yahoo.co.jp", "yahooo.co.jp": "yahoo.co.jp", "hotmial.com": "hotmail.com",
		"iclould.com": "icloud.com", "icloud.con": "icloud.com", "outlok.jp": "outlook.jp",
	} {
		if got := Suggest(typed); got != meant {
			t.Errorf("Suggest(%q) = %q, want %q", typed, got, meant)
		}
	}
}

func TestRealDomainsGetNone(t *testing.T) {
	for _, domain := range []string{"gmail.com", "docomo.ne.jp", "mail.docomo.ne.jp", "ymail.com", "gmx.com", "gmx.de",
		"mail.com", "email.com", "yahoo.co.uk", "yahoo.com.tw", "hotmail.fr", "outlook.de", "live.nl", "me.com",
		"au.com", "au.jp", "ocn.jp", "example.com", "example.jp", "example.co.jp", "we.com", "mac.co", "sony.co.jp",
		"toyota.co.jp", "qq.com", "163.com", "naver.com", ""} {
		if got := Suggest(domain); got != "" {
			t.Errorf("Suggest(%q) = %q", domain, got)
		}
	}
}
