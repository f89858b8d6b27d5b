"""Pairs of names as people write them, with the answer when both share a phone, and a piece of the reason."""

_TABLE = """
link | María García López | Maria Garcia Lopez | same name
link | María García López | MARIA GARCIA LOPEZ | same name
link | María García López | Maria Garcia | second surname missing
link | María García López | García López, María | same name
link | María García López | María Garcia Lopes | spelling differs
link | María García López | María Gracia López | spelling differs
link | María del Carmen Ruiz Gil | Mª Carmen Ruiz Gil | same name
link | María del Carmen Ruiz Gil | Ma. del Carmen Ruiz | second surname missing
link | José Antonio Pérez Soto | Jose Antonio Perez | second surname missing
link | José Antonio Pérez Soto | José Pérez Soto | middle name missing
link | José Pérez Soto | Pepe Pérez | another form of the name
link | Francisco Ruiz Gil | Paco Ruiz | another form of the name
link | Francisco Ruiz Gil | Kiko Ruiz Gil | another form of the name
link | Dolores Vega | Lola Vega | another form of the name
link | Ignacio Soto | Nacho Soto | another form of the name
link | Manuel Rey | Manolo Rey | another form of the name
link | Concepción Marín | Conchi Marin | another form of the name
link | Guadalupe Torres | Lupita Torres | another form of the name
link | Enrique Hernández | Quique Hdez | another form of the name
link | Jesús Rodríguez | Chuy Rodriguez | another form of the name
link | María de la Cruz | Maria Delacruz | same name written otherwise
link | Ana Fernández Gil | Ana Fdez Gil | another form of the name
link | Begoña Ibáñez | BegoÃ±a IbÃ¡Ã±ez | same name
link | José Muñoz | JosÃ© MuÃ±oz | same name
link | Ángela Peña | Angela Pena | same name
link | Xoán Núñez | Xoan Nunez | same name
link | Juan Carlos Díaz | Diaz, Juan Carlos | same name
link | Juan Carlos Díaz | DIAZ JUAN CARLOS | same name in another order
link | Doña Pilar Santos | Pilar Santos | same name
link | Sr. Pedro Gil Mora | Pedro Gil Mora | same name
link | Dra. Elena Sanz | Elena Sanz | same name
link | Robert Smith | Bob Smith | another form of the name
link | Robert Smith | Rob Smith | another form of the name
link | William Turner | Bill Turner | another form of the name
link | William Turner | Billy Turner | another form of the name
link | Elizabeth Hall | Liz Hall | another form of the name
link | Elizabeth Hall | Betty Hall | another form of the name
link | Margaret Young | Peggy Young | another form of the name
link | Richard King | Dick King | another form of the name
link | Catherine Wright | Kathy Wright | another form of the name
link | Katherine Wright | Catherine Wright | another form of the name
link | Stephen Clark | Steven Clark | another form of the name
link | Sean Murphy | Shawn Murphy | another form of the name
link | John Smith | Jon Smith | another form of the name
link | John Smith | Jonh Smith | spelling differs
link | Michael Brown | Micheal Brown | another form of the name
link | John A. Smith | John Adam Smith | initial
link | John Smith | John A. Smith | middle name missing
link | Mary Ann Lee | Maryann Lee | same name written otherwise
link | Patrick O'Brien | Patrick OBrien | same name
link | Patrick O\u2019Brien | PATRICK O'BRIEN | same name
link | Ian McDonald | Ian Mc Donald | same name written otherwise
link | Mr. Charles Scott | Charlie Scott | another form of the name
link | John Smith, PhD | John Smith | same name
link | Smith, John | John Smith | same name
link | Don Wilson | Donald Wilson | another form of the name
link | Abigail Thornberry | Abigail Thornbery | spelling differs
link | Jennifer Peterson | Jenn Peterson | another form of the name
link | Zbigniew Brzezicki | Zbigniew Brzezycki | spelling differs
link | João da Silva | Joao Silva | same name
link | João da Silva Souza | João Silva | second surname missing
link | José Carlos dos Santos | Zé Carlos Santos | another form of the name
link | Conceição Araújo | Conceicao Araujo | same name
link | Luís Gonçalves | Luiz Goncalves | another form of the name
link | Thiago Ribeiro | Tiago Ribeiro | another form of the name
link | Fernanda Lima Rocha | Nanda Lima | another form of the name
link | Gonçalo Magalhães | GONCALO MAGALHAES | same name
link | Felipe Moreira | Filipe Moreira | another form of the name
link | Ana Beatriz Carvalho | Ana Beatriz Carvallho | spelling differs
link | Jürgen Müller | Juergen Mueller | same name
link | Jürgen Müller | Jurgen Muller | same name
link | Hans-Peter Weiß | Hans Peter Weiss | same name
link | Anna-Lena Schulz | Annalena Schulz | same name written otherwise
link | Wilhelm Köhler | Willi Koehler | another form of the name
link | Friedrich Schäfer | Fritz Schaefer | another form of the name
link | Elisabeth Groß | Lisa Gross | another form of the name
link | Dr. Karl von der Heide | Karl Heide | same name
link | Johannes Vogel | Hannes Vogel | another form of the name
link | Stephanie Krüger | Stefanie Krueger | another form of the name
link | Wolfgang Schröder | SCHRÖDER, WOLFGANG | same name
link | Łukasz Wójcik | Lukasz Wojcik | same name
link | Søren Nyström | Soren Nystrom | same name
link | Zoë Lefèvre | Zoe Lefevre | same name
link | Иван Петров | ИВАН ПЕТРОВ | same name
link | Ana García López | Ana García Pérez | one surname differs
review | María García López | María | only one part
review | María García López | García | only one part
review | María García López | M. García | an initial
review | María García López | María Pérez | the rest differs
review | María García López | García López | first name is missing
review | Ana María Ruiz | María Ruiz | first name is missing
review | José Antonio Pérez | Antonio Pérez | first name is missing
review | John Smith | John Smith Jr. | Jr/Sr differs
review | John Smith Sr. | John Smith Jr. | Jr/Sr differs
review | John Smith II | John Smith III | Jr/Sr differs
review | Juan Gil Mora | Juan Gil Mora (hijo) | Jr/Sr differs
review | João Silva Lima | João Silva Lima Filho | Jr/Sr differs
review | Ana y Luis Ruiz | Ana Ruiz | several people
review | Ana & Luis Ruiz | Luis Ruiz | several people
review | Mr. and Mrs. Smith | John Smith | several people
review | Anna und Peter Weber | Peter Weber | several people
review | Familie Weber | Peter Weber | several people
review | Ana / Luis Ruiz | Ana Ruiz | several people
review | Ana e João Silva | João Silva | several people
review | Иван Петров | Ivan Petrov | different alphabets
review | 李明 | Li Ming | different alphabets
review | John A. Smith | John B. Smith | another middle name
review | John Michael Smith | John David Smith | another middle name
review | J. Smith | John Smith | an initial
review | Mary Jones | Mary Smith | the rest differs
review |  | Mary Smith | a name is missing
review | Laura Schmidt | Laura Becker | the rest differs
new | Mario García López | María García López | another given name
new | Luis Ruiz | Luisa Ruiz | another given name
new | Daniel Gómez | Daniela Gómez | another given name
new | Antonio Soto | Antonia Soto | another given name
new | Julio Vega | Julia Vega | another given name
new | Joseph Brown | Josephine Brown | another given name
new | Paul Fischer | Paula Fischer | another given name
new | Michel Roux | Michelle Roux | another given name
new | Victor Lang | Victoria Lang | another given name
new | Carlo Bianchi | Carla Bianchi | another given name
new | Marta Gómez | María Gómez | another given name
new | Ana García López | Lucía García López | another given name
new | García López, Ana | García López, Lucía | another given name
new | Ana Ruiz | Luis Ruiz | another given name
new | Mary Smith | John Smith | another given name
new | Emma Schneider | Emil Schneider | another given name
new | João Pereira | Joana Pereira | another given name
new | Fernando Ruiz | Fernanda Ruiz | another given name
new | Peter Schmidt | Ana Ruiz | another name
new | Barnaby K Grillett | Kiana Grillett | another given name
new | Mary Thomas | John Thomas | another given name
new | Zoran Ilić | Zorana Ilić | another given name
new | Robert Hill | Roberta Hill | another given name
new | Jan Kowalski | Anna Kowalska | another
new | Hans Meyer | Hannah Meyer | another given name
new | Christian Wolf | Christina Wolf | another given name
new | Peter Klein | Petra Klein | another given name
new | Stefan Braun | Stefanie Braun | another given name
new | Gabriel Costa | Gabriela Costa | another given name
"""

NAME_PAIRS = [tuple(cell.strip() for cell in line.split("|")) for line in _TABLE.strip().splitlines()]
"""Outcome, name of the known owner, name in the row, reason."""
