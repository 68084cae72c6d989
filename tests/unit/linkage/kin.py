"""Given names of a household and of one person, for the tests of imports and of lists: who is one person where telephone, street or mailbox are shared."""

# At one telephone and street with an e-mail address each: two people. In an import the pair is reviewed.
OF_A_HOUSEHOLD = [
    ("Ji-woo", "Ji-won"), ("Yuki", "Yuko"), ("Jun", "Juan"), ("Suresh", "Sudesh"), ("Vijay", "Vijaya"), ("Krishna", "Krishnan"), ("Manoj", "Manju"),
    ("Asha", "Usha"), ("Jamal", "Jamil"), ("Hamid", "Hamida"), ("Jack", "Jackie"), ("Terry", "Teresa"), ("Terry", "Teri"), ("Joan", "Joanna"),
    ("Jayden", "Jaden"), ("Jayden", "Hayden"), ("Xiaoming", "Xiaomin"), ("J.", "John"), ("Jean", "Jean-Paul"), ("Ana", "Ana María"),
    ("Mohammed", "Mohamud"), ("Anna", "Anne"), ("Emma", "Emily"),
    # Neighbours of each kind: syllables, endings, other consonants, short forms of two genders or of their own, initials, second names.
    ("Min-jun", "Min-jin"), ("Seo-yeon", "Seo-hyeon"), ("Ji-hye", "Ji-hyun"), ("Eun-ji", "Eun-jin"), ("Haruki", "Haruka"), ("Tomoko", "Tomoka"),
    ("Xiaoli", "Xiaolin"), ("Xiaoyan", "Xiaoyang"), ("Meilin", "Meiling"), ("Wenhao", "Wenhua"), ("Ramesh", "Rajesh"), ("Lalit", "Lalita"), ("Anil", "Anila"),
    ("Rohan", "Rohana"), ("Kiran", "Karan"), ("Nabil", "Nabila"),
    ("Samir", "Samira"), ("Kamal", "Kamil"), ("Stanislav", "Stanislava"), ("Zdzislaw", "Zdzislawa"),
    ("Kayden", "Jayden"), ("Aiden", "Jaiden"), ("Kaylee", "Haylee"), ("Rita", "Margaret"), ("Sandra", "Alexandra"),
    ("Chris", "Christina"), ("Chris", "Christopher"), ("Sam", "Samantha"), ("Alex", "Alexandra"), ("Sasha", "Aleksandra"), ("Zhenya", "Evgeny"),
    ("Carol", "Caroline"), ("Julie", "Julia"), ("Lara", "Larisa"), ("M.", "María"), ("K", "Krzysztof"), ("Marie", "Marie-Claude"), ("José", "José Luis"),
    ("Maria", "Maria del Carmen"), ("John", "John Edward"),
    ("Johannes", "Hans"), ("Heinrich", "Heinz"), ("Nikolaus", "Klaus"), ("Hendrik", "Henk"),
]  # fmt: skip
# Two people wherever they are, whom nobody asks about: couples, brothers and sisters.
COUPLES = [
    ("Sanjay", "Sanjana"), ("Gurpreet", "Harpreet"), ("Jasmeet", "Jasleen"), ("Hassan", "Hussein"), ("Mahmud", "Muhammad"), ("Brayden", "Jayden"),
    ("Jean", "Joan"), ("Micheal", "Michelle"),
    ("Oleksandr", "Oleksandra"), ("Bogdan", "Bogdana"), ("Evgeny", "Evgenia"), ("Aleksandr", "Aleksandra"), ("Yevgeny", "Yevgenia"), ("Jack", "Jacqueline"),
    ("Francisco", "Francisca"), ("Terence", "Teresa"), ("Luis", "Louise"), ("Patrice", "Patrick"),
]  # fmt: skip
# At one telephone and street with an e-mail address each: one person.
OF_TWO_MAILBOXES = [
    ("John", "John"), ("María José", "Maria Jose"), ("Bob", "Robert"), ("Katherine", "Catherine"), ("José", "Jose"), ("Kathryn", "Catherine"), ("Jon", "John"),
    ("Jim", "James"), ("Bill", "William"), ("Liz", "Elizabeth"), ("Peggy", "Margaret"), ("Dick", "Richard"), ("Mike", "Michael"), ("Tom", "Thomas"),
    ("Dave", "David"), ("Steve", "Steven"), ("Steven", "Stephen"), ("Sara", "Sarah"), ("Philip", "Phillip"), ("Eric", "Erik"), ("Geoffrey", "Jeffrey"),
    ("Ann", "Anne"), ("Jürgen", "Juergen"), ("Łukasz", "Lukasz"), ("Zoë", "Zoe"), ("Hanna", "Hannah"), ("Isabel", "Isabelle"), ("Kathy", "Katherine"),
    ("Bob", "Rob"), ("Dan", "Daniel"), ("Debra", "Deborah"), ("Sue", "Susan"), ("Nick", "Nicholas"), ("Nicolas", "Nicholas"), ("Marc", "Mark"),
    ("Carl", "Karl"), ("Allan", "Alan"), ("Bryan", "Brian"), ("Lawrence", "Laurence"), ("Joe", "Joseph"), ("Jack", "John"), ("Erica", "Erika"),
    ("Paco", "Francisco"), ("Dima", "Dmitry"), ("Kasia", "Katarzyna"), ("Laxmi", "Lakshmi"), ("Yusuf", "Youssef"), ("Mohammed", "Muhammad"),
    ("Kareem", "Karim"), ("Mary Ann", "Mary Anne"), ("Anne-Marie", "Anne Marie"), ("John R.", "John"), ("John R.", "John Richard"), ("Fatma", "Fatima"),
    ("Ursula", "Uschi"), ("Katharina", "Kathi"), ("Michael", "Michi"), ("Christina", "Cristina"), ("Christopher", "Kristopher"),
]  # fmt: skip
# With one e-mail address, or one telephone and no second address, and one family name: one person.
SHORT_FORMS_AND_SPELLINGS = [
    ("Francisco", "Paco"), ("José", "Pepe"), ("Dmitry", "Dima"), ("Katarzyna", "Kasia"), ("Laxmi", "Lakshmi"), ("Yusuf", "Youssef"), ("Ignacio", "Nacho"),
    ("Manuel", "Manolo"), ("Concepción", "Conchita"), ("Enrique", "Quique"), ("Guadalupe", "Lupita"), ("Guillermo", "Memo"), ("Jesús", "Chuy"),
    ("Rosario", "Charo"), ("Roberto", "Beto"), ("Alberto", "Beto"), ("Giuseppe", "Beppe"), ("Luigi", "Gigi"), ("Aleksandr", "Sasha"), ("Alexandra", "Sasha"),
    ("Mikhail", "Misha"), ("Nikolai", "Kolya"), ("Vladimir", "Volodya"), ("Volodymyr", "Vladimir"), ("Ekaterina", "Katya"), ("Olena", "Elena"),
    ("Sergey", "Serhii"), ("Tatiana", "Tetiana"), ("Anastasia", "Nastya"), ("Evgeny", "Zhenya"), ("Evgenia", "Zhenya"), ("Yuri", "Iurii"),
    ("Małgorzata", "Gosia"), ("Wojciech", "Wojtek"), ("Stanisław", "Staszek"), ("Zbigniew", "Zbyszek"), ("Joanna", "Asia"), ("Jakub", "Kuba"),
    ("Jerzy", "Jurek"), ("Geeta", "Gita"), ("Deepak", "Dipak"), ("Sanjeev", "Sanjiv"), ("Lalita", "Lalitha"), ("Rajinder", "Rajendra"), ("Pooja", "Puja"),
    ("Mohammed", "Muhammad"), ("Ahmad", "Ahmed"), ("Hussain", "Hussein"), ("Khalid", "Khaled"), ("Aisha", "Ayesha"), ("Mahmoud", "Mahmood"),
    ("Tariq", "Tarek"), ("Osman", "Uthman"), ("Kareem", "Karim"), ("Leila", "Layla"), ("Jürgen", "Juergen"), ("Jörg", "Joerg"), ("Noor", "Nur"),
    ("Johannes", "Hans"), ("Ursula", "Uschi"), ("Heinrich", "Heinz"), ("Josef", "Sepp"), ("Josef", "Jupp"), ("Wilhelm", "Willi"), ("Friedrich", "Fritz"),
    ("Gerhard", "Gerd"), ("Nikolaus", "Klaus"), ("Ulrich", "Uli"), ("Ulrike", "Uli"), ("Käthe", "Katharina"), ("Bärbel", "Barbara"), ("Hendrik", "Henk"),
    ("Cornelis", "Kees"), ("Jacob", "Jaap"), ("Petrus", "Piet"), ("Johannes", "Jan"), ("Franciscus", "Frans"), ("Geneviève", "Ginette"),
    ("William", "Wm."), ("Charles", "Chas."), ("Thomas", "Thos"), ("James", "Jas."), ("Robert", "Robt"), ("George", "Geo."), ("Katherine", "Katie"),
]  # fmt: skip
# With one e-mail address or telephone, and one family name: two people. Neighbours of the kind before.
NO_SPELLINGS = [
    ("Francisco", "Pepe"), ("Dima", "Misha"), ("Kasia", "Basia"), ("Sasha", "Dasha"), ("Lakshmi", "Lalita"), ("Yusuf", "Yasin"), ("Hasan", "Husain"),
    ("Mahmud", "Muhammad"), ("Sanjay", "Sanjeev"), ("Stanislav", "Vyacheslav"), ("Olga", "Olena"), ("Kolya", "Olya"), ("Jurek", "Jurgen"), ("Asha", "Usha"),
    ("Zosia", "Gosia"), ("Manolo", "Nacho"), ("Vladimir", "Vladislav"), ("Beto", "Memo"), ("Alberto", "Roberto"), ("Tomek", "Tomasina"),
    ("Elena", "Ekaterina"), ("Ahmad", "Hamid"), ("Jamal", "Jamil"), ("Salim", "Salma"), ("Marek", "Mariusz"), ("Ivan", "Ivana"), ("Nastya", "Natasha"),
    ("Aleksandr", "Aleksandra"), ("Evgeny", "Evgenia"), ("Valentin", "Valentina"), ("Rajesh", "Ramesh"), ("Sita", "Rita"), ("Geeta", "Neeta"),
    ("Pradeep", "Sandeep"), ("Krzysiek", "Grzesiek"), ("Petr", "Pavel"), ("Khaled", "Walid"), ("Layla", "Lamia"), ("Zainab", "Zahra"), ("Rashid", "Rashida"),
    ("Patrice", "Patrick"), ("Hans", "Heinz"), ("Ulrich", "Ulrike"), ("Sepp", "Sebastian"), ("Bernd", "Gerd"), ("Kees", "Klaas"), ("Hanni", "Hannes"),
    ("Anne", "Hanne"), ("Resi", "Rosi"), ("Lena", "Lene"), ("Uschi", "Uli"), ("Hans", "Johanna"), ("Els", "Else"), ("Chas", "Chase"), ("Thos", "Theo"),
]  # fmt: skip
# First and last names that stand in each other's place in another spelling: with one e-mail address one person.
EXCHANGED_SPELLINGS = [
    (("Müller", "Jürgen"), ("Juergen", "Mueller")), (("Jürgen", "Müller"), ("Mueller", "Juergen")), (("Chen", "Wei-Ting"), ("Wei-Ting", "Chen")),
    (("Wei Ting", "Chen"), ("Chen", "Weiting")), (("Nguyen", "Van Anh"), ("Van Anh", "Nguyen")), (("Schäfer", "Jörg"), ("Joerg", "Schaefer")),
    (("Kim", "Min-jun"), ("Min Jun", "Kim")), (("Jean-Paul", "Martin"), ("Martin", "Jean-Paul")),
]  # fmt: skip
