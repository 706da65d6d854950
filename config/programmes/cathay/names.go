package cathay

// Everything here is invented or belongs to nobody: common names put together at random, streets and towns that do
// not exist, domains that are reserved for examples (RFC 2606), and telephone numbers that nobody
// has, because they begin with 0 where a subscriber's does not.

// language is what people who read one language have.
type language struct {
	locale        string   // of their notice
	share         int      // of a hundred people
	tags          []string // as files have them; a language without a notice gets the prevailing one
	first, second []string // names, in the order in which they are written
	space         string   // between them
	hard          []string // whole names that are hard to print
	mail          string   // beginning of their addresses
	homes         []home
}

// home is how an address is written in a country. Its lines take a number each, its telephone two.
type home struct{ country, postcode, upper, lower, phone string }

var mailDomains = []string{"example.com", "example.org", "mail.example.com", "example.net"}

var languages = [...]language{
	{locale: "en", share: 34, tags: []string{"en", "en-HK", "en-GB", "", "fr"}, space: " ", mail: "passenger",
		first: []string{"Grace", "Oliver", "Siobhan", "Liam", "Chloe", "Rahul", "Emma", "Marcus", "Ines", "Hannah"},
		second: []string{"Walker", "O’Connor", "Smith-Jones", "Fernandes", "Kaur", "MacLeod", "Wong", "Taylor",
			"van der Berg", "St. John"},
		hard: []string{"Zoë Müller-Lüdenscheidt", "Łukasz Żółciński", "Nguyễn Thị Phượng", "Seán Ó Dálaigh",
			"D'Souza e Conceição, Tomé", "Åsa Björkqvist", "Ἀλέξανδρος Παπαδόπουλος", "Ольга Щербакова",
			"Bartholomew Maximilian Featherstonehaugh-Cholmondeley-Wriothesley", "Ng", "Þórunn Guðjónsdóttir"},
		homes: []home{
			{"HK", "", "Flat %d, Example Mansion", "%d Specimen Road, Kowloon", "+852 0%03d %04d"},
			{"GB", "ZZ99 3VZ", "Flat %d", "%d Example Street, SAMPLETON", "+44 000 %03d %04d"},
			{"AU", "0000", "Unit %d", "%d Specimen Parade, SAMPLETON NSW", "+61 00 %03d %04d"},
		}},
	{locale: "zh-Hant", share: 32, tags: []string{"zh-Hant", "zh-HK", "zh-TW", "zh-Hant-HK"}, mail: "lvke",
		first:  []string{"陳", "黃", "李", "張", "何", "鄧", "歐陽", "司徒", "鍾", "葉"},
		second: []string{"大文", "美玲", "志強", "嘉欣", "俊傑", "淑芬", "家豪", "穎", "詠詩", "偉"},
		hard:   []string{"游堃", "陶喆", "歐陽峯", "鄺龢", "張瀞文", "邨上喜", "鍾麗緹", "温煒", "陳脗", "彭羣", "郭㷧"},
		homes: []home{
			{"HK", "", "九龍範例道%d號", "樣本大廈%d室", "+852 0%03d %04d"},
			{"TW", "100", "臺北市範例區樣本路%d號", "%d樓", "+886 00 %03d %04d"},
		}},
	{locale: "zh-Hans", share: 16, tags: []string{"zh-Hans", "zh-CN", "zh-SG"}, mail: "chengke",
		first:  []string{"王", "刘", "陈", "杨", "赵", "吴", "周", "欧阳", "诸葛", "郑"},
		second: []string{"伟", "秀英", "建国", "丽", "敏", "晓东", "雪梅", "宇航", "静", "磊"},
		hard:   []string{"朱镕", "陶喆", "阿不都热依木·买买提明", "刘㛃", "马骉", "李堃", "赵祎", "龙䶮", "迪丽努尔·艾合买提"},
		homes: []home{
			{"CN", "100000", "北京市示例区样本路%d号", "%d室", "+86 0000 %03d %04d"},
			{"SG", "000000", "#%d-01", "%d Specimen Avenue, SINGAPORE", "+65 0%03d %04d"},
		}},
	{locale: "ja", share: 10, tags: []string{"ja", "ja-JP"}, space: " ", mail: "ryokaku",
		first:  []string{"佐藤", "鈴木", "髙橋", "渡邉", "山﨑", "濵田", "小林", "田中", "伊藤", "中村"},
		second: []string{"健一", "美咲", "花子", "翔太", "陽子", "さくら", "太郎", "由美", "学", "千尋"},
		hard:   []string{"𠮷田 栁太", "草彅 凜", "邊見 﨑子", "祇園 祐", "勅使河原 ゆゑ", "齋藤 マリヱ", "小鳥遊 龍之介"},
		homes: []home{
			{"JP", "100-0000", "東京都見本区例町1丁目%d番", "見本マンション%d号室", "090-0%03d-%04d"},
		}},
	{locale: "ko", share: 8, tags: []string{"ko", "ko-KR"}, mail: "gogaek",
		first:  []string{"김", "이", "박", "최", "정", "강", "남궁", "제갈", "황보", "윤"},
		second: []string{"민수", "서연", "지훈", "하은", "솔", "영희", "준호", "샛별", "은지", "빛나리"},
		hard:   []string{"박뷔", "김뽀얀", "선우 은숙", "이쁜뜰", "독고 탁", "황보 ᄒᆞᆫ별", "최윲"},
		homes: []home{
			{"KR", "00000", "서울특별시 견본구 예시로 %d", "견본아파트 %d호", "010-0%03d-%04d"},
		}},
}
