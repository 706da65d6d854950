package fold

import "testing"

// BenchmarkRow folds what three usual keys need of a row of some 180 bytes: member number; address and
// name; name, postcode and phone.
func BenchmarkRow(b *testing.B) {
	id, email, name := []byte("M0001234"), []byte("taro.1234567@example.jp"), []byte("髙橋　太郎")
	code, phone := []byte("123-4567"), []byte("03-1234-5678")
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendID(dst[:0], id)
		dst = AppendEmail(dst, email)
		dst = AppendName(dst, name)
		dst = AppendName(dst, name)
		dst = AppendPostcode(dst, code)
		dst = AppendPhone(dst, phone, "JP")
	}
}

func BenchmarkAppend(b *testing.B) {
	dst := make([]byte, 0, 256)
	for name, fold := range map[string]func([]byte) []byte{
		"name": func(d []byte) []byte { return AppendName(d, []byte("髙橋　太郎")) },
		"kana": func(d []byte) []byte { return AppendKana(d, []byte("ﾔﾏﾀﾞ ﾊﾅｺ")) },
		"address": func(d []byte) []byte {
			return AppendAddress(d, []byte("東京都千代田区丸の内1丁目2番3号"), []byte("コーポ山田101号室"))
		},
		"phone":    func(d []byte) []byte { return AppendPhone(d, []byte("03-1234-5678"), "JP") },
		"birthday": func(d []byte) []byte { Birthday("1970-01-02"); return d },
		"no name":  func(d []byte) []byte { NoName("髙橋　太郎"); return d },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = fold(dst[:0])
			}
		})
	}
}
