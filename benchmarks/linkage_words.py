"""Names, streets and pets for made-up households. Its short forms are its own, not the product's table."""

WOMEN = """
María Carmen Ana Isabel Laura Cristina Marta Lucía Elena Rosa Teresa Pilar Paula Sara Raquel Rocío Beatriz Silvia Irene
Nuria Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret Sandra Ashley
Kimberly Emily Donna Michelle Dorothy Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy
Angela Shirley Anna Brenda Pamela Nicole Ruth Katherine Samantha Christine Emma Catherine Ana Juliana Fernanda
Mariana Camila Beatriz Larissa Letícia Gabriela Adriana Márcia Joana Inês Rita Catarina Ursula Sabine Petra Monika
Birgit Claudia Stefanie Anja Heike Katharina Johanna Lena Hannelore Elisabeth Zoraida Xiomara Ottilie Philippa
Daniela Luisa Juana Antonia Francisca Manuela Josefa Andrea Alejandra Olivia Sophia Grace Hannah
""".split()
MEN = """
José Antonio Manuel Francisco David Juan Javier Daniel Carlos Miguel Rafael Pedro Alejandro Ángel Luis Jesús Sergio
Pablo Jorge Alberto Fernando Diego James Robert John Michael William Richard Joseph Thomas Charles Christopher Daniel
Matthew Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey
Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander João Paulo
Rodrigo Bruno Felipe Gustavo Tiago Rui Nuno Hugo Duarte Peter Wolfgang Michael Jürgen Stefan Andreas Uwe Klaus Günter
Matthias Sebastian Philipp Florian Ludwig Casimiro Evaristo Leopold Barnaby Mario Julio Luis Víctor Martín Gabriel
""".split()
SHORT_FORMS = {
    "José": ["Pepe"], "Francisco": ["Paco", "Fran"], "Manuel": ["Manolo", "Manu"], "Javier": ["Javi"],
    "Alejandro": ["Álex", "Jandro"], "Rafael": ["Rafa"], "Isabel": ["Isa"], "Cristina": ["Cris"], "Beatriz": ["Bea"],
    "Carmen": ["Carmina"], "Teresa": ["Tere"], "Pilar": ["Pili"], "María": ["Mari"], "Dolores": ["Lola"],
    "Robert": ["Bob", "Rob", "Bobby"], "William": ["Bill", "Will"], "Richard": ["Rick", "Dick", "Rich"],
    "James": ["Jim", "Jimmy"], "Elizabeth": ["Liz", "Beth", "Betty"], "Margaret": ["Peggy", "Maggie"],
    "Katherine": ["Kathy", "Kate"], "Catherine": ["Cathy", "Kate"], "Thomas": ["Tom"], "Michael": ["Mike"],
    "Jennifer": ["Jen", "Jenny"], "Patricia": ["Pat", "Trish"], "Christopher": ["Chris"], "Daniel": ["Dan"],
    "Matthew": ["Matt"], "Anthony": ["Tony"], "Steven": ["Steve"], "Joshua": ["Josh"], "Kenneth": ["Ken"],
    "Timothy": ["Tim"], "Edward": ["Ed", "Ted"], "Jeffrey": ["Jeff"], "Nicholas": ["Nick"], "Jonathan": ["Jon"],
    "Benjamin": ["Ben"], "Samuel": ["Sam"], "Gregory": ["Greg"], "Alexander": ["Alex", "Sasha"], "Susan": ["Sue"],
    "Rebecca": ["Becky"], "Deborah": ["Debbie"], "Kimberly": ["Kim"], "Samantha": ["Sam"], "Stephanie": ["Steph"],
    "João": ["Joca"], "Felipe": ["Lipe"], "Fernanda": ["Nanda"], "Gabriela": ["Gabi"], "Wolfgang": ["Wolf"],
    "Katharina": ["Kathi"], "Elisabeth": ["Lisa", "Sissi"], "Johanna": ["Hanna"], "Stefanie": ["Steffi"],
    "Ludwig": ["Lutz"], "Sebastian": ["Basti"], "Hannelore": ["Lore"], "Michelle": ["Shelly"], "Donald": ["Don"],
}  # fmt: skip
COMMON_SURNAMES = """
García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno
Muñoz Álvarez Romero Alonso Gutiérrez Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas
Moore Jackson Thompson White Harris Clark Lewis Robinson Walker Silva Santos Oliveira Souza Pereira Costa Ferreira
Almeida Ribeiro Carvalho Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Köhler
""".split()
SYLLABLES = """
bar ben bo cal can cor dal den dor es fal fer gar gel gri hal hol iber jar kel kra lan lin lo mar mon mur nel nor or
pal pin por quin ram ren rol sal san ser tal tor ur val ver vil war wen yar zal zen zu
""".split()
ENDINGS = "a o ez es er son mann ley ton eira inho ini ic ak us ard ell and is".split()
STREETS = """
Mayor Real Sol Luna Cervantes Colón Goya Velázquez Main Oak Maple Cedar Elm Washington Lake Hill Park Flores Liberdade
Augusta Paulista Bahnhof Haupt Garten Berg Schiller Goethe Linden Wald Kirch Dorf Rosen Nelken Buenavista Jardines
""".split()
STREET_FORMS = (
    ("Calle {street} {number}", "C/ {street}, {number}", "{street} {number}"),
    ("{number} {street} Street", "{number} {street} St", "{number} {street} St."),
    ("Rua {street} {number}", "R. {street}, {number}", "Rua {street}, nº {number}"),
    ("{street}straße {number}", "{street}str. {number}", "{street}strasse {number}"),
)
PETS = """
Luna Max Bella Charlie Lucy Milo Coco Rocky Toby Nala Simba Kira Thor Lola Bruno Oreo Tiger Mimi Balu Felix Zeus
Pelusa Canela Negrito Chispa Rex Daisy Buddy Molly Pirata Copito Flocke Schnurri Bolinha Pipoca Mel Nina Bailey
""".split()
SPECIES = ("dog", "dog", "dog", "cat", "cat", "rabbit")
DOMAINS = ("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "gmx.de", "correo.example", "mail.example")
