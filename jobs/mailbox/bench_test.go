package mailbox

import "testing"

func BenchmarkParse(b *testing.B) {
	for _, raw := range []string{"taro.1234567@example.jp", "foo..bar@docomo.ne.jp", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ",
		"taro@例え.jp"} {
		b.Run(raw, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
