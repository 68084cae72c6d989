"""Given names of which one begins like the other, and names in each other's place: of two people and of one, for the tests of imports and of lists."""

# Asked about where they share a home, too.
NAMES_OF_TWO = [
    ("Simon", "Simone"), ("Andrea", "Andreas"), ("Jan", "Jans"), ("Alex", "Alexa"), ("Maria", "Marian"), ("Mari", "Marie"), ("Jo", "Joe"),
    ("Luca", "Lucas"), ("Joe", "Joel"), ("Jon", "Jonas"), ("Mila", "Milan"), ("Marc", "Marcel"), ("Karim", "Karima"), ("Jana", "Janani"),
    ("Van An", "Van Anh"), ("Min", "Minh"), ("Xin", "Xinyi"), ("Li", "Lihua"), ("Yu", "Yuki"), ("Mai", "Maiko"), ("Ji", "Jiwoo"), ("Ana", "Anais"),
    ("敏", "敏华"), ("민", "민수"), ("Simon", "Simonetta"), ("Rene", "Renee"), ("Noa", "Noah"), ("Anand", "Ananda"), ("Abd", "Abdullah"), ("Валентин", "Валентина"), ("Виктор", "Виктория"), ("Raj", "Rajesh"), ("Ade", "Adeola"), ("Ada", "Adam"), ("Eva", "Evan"), ("Jose", "Josee"),
]  # fmt: skip
NAMES_OF_A_COUPLE = [("Carl", "Carla"), ("Paul", "Paula"), ("Dan", "Dana"), ("Ron", "Ronda"), ("Robert", "Roberta"), ("August", "Augusta")]
# One person's of an e-mail address, or a birth date; of a telephone asked about.
INITIALS = [("J", "John"), ("J.", "Johannes"), ("Ł.", "Łukasz"), ("З.", "Зоя"), ("J.R.", "Jane"), ("J.", "John Ed")]
NAMES_OF_ONE = [
    ("Alex", "Alexander"), ("Alex", "Alexandra"), ("Dan", "Daniel"),
    ("Chris", "Christopher"), ("Chris", "Christiane"), ("Max", "Maximilian"), ("Mel", "Melanie"), ("Nat", "Natalie"), ("Val", "Valentin"),
    ("Theo", "Theodora"), ("Jo", "Joseph"), ("Fran", "Francesca"), ("Christ", "Christopher"), ("Alexand", "Alexander"), ("Elizab", "Elizabeth"),
    ("Bartholom", "Bartholomew"), ("Krzysz", "Krzysztof"), ("Ann", "Anne"), ("Sara", "Sarah"), ("Philip", "Philipp"), ("Eric", "Erick"),
    ("Greg", "Gregg"), ("Lori", "Lorie"), ("Hanna", "Hannah"), ("Helen", "Helene"), ("Isabel", "Isabelle"), ("Mary Ann", "Mary Anne"),
    ("Mary J.", "Mary Joanna"), ("John Ed", "John Edward"), ("Ana", "Ana Maria"), ("Van", "Van Anh"),
]  # fmt: skip
