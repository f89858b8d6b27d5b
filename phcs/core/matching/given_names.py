"""Given names that differ by a letter or two and are still two people.

Two parts that both stand here are never one name with a typing error: Marta is not María. The list
holds common Spanish and English names, folded; a frequency table of the organisation may follow.
"""

_NAMES = """
abel abril ada adam adela adrian adriana agustin aida ainhoa alan alba albert alberto alejandra alejandro alex
alexa alexander alexandra alexis alfonso alfredo alice alicia alina alma alonso alvaro amanda amelia amy ana
andre andrea andres andrew angel angela angeles angelica angie anita anna anne antonia antonio april arturo
ashley aurora barbara beatriz belen ben benjamin bernardo beth blanca brandon brenda brian bruno bryan carina
carla carlos carmen carol carolina caroline catalina catherine cecilia celia cesar charles charlie chris
christian christina christine christopher clara claudia claudio concepcion consuelo cristian cristina cynthia
dan dana daniel daniela danielle dario david dawn dean deborah delia denis denise diana diane diego dolores
domingo donald donna dora dylan edgar edith eduardo edward elena eli elias elisa elizabeth ella ellen elsa
emilia emilio emily emma enrique eric erica erika ernesto esteban ester esther eugenia eugenio eva evan evelyn
fabian fatima federico felipe felix fermin fernanda fernando flora florencia francesca francisca francisco
frank gabriel gabriela gemma george gerardo german gilbert gilberto gina gloria gonzalo grace gregorio
guadalupe guillermo gustavo hannah harry hector helen helena henry hugo ian ignacio inaki ines inma irene iris
isaac isabel isabella ismael ivan jack jacob jade jaime jake james jamie jan jane janet jason javier jay jean
jennifer jenny jeremy jerry jesse jessica jesus jill jim joan joanna joaquin joe joel john jon jonathan jordan
jorge jose josefa josefina joseph josh joshua joy juan juana judith julia julian juliana julie julio karen
karina karl karla kate katherine kathy katie kelly ken kenneth kevin kim kyle lara laura lauren leah leo leon
leonardo leonor leslie leticia lia lidia lily linda lisa lola lorena lorenzo lourdes lucas lucia lucy luis
luisa luke luz lydia manuel manuela mara marc marcela marcelo marco marcos margaret margarita maria mariana
mariano maribel marie marilyn marina mario marisa marisol mark marta martha martin martina mary mateo matias
matilde matthew mauricio max megan melanie melissa mercedes mia michael michelle miguel mike mila milagros
miriam moises molly monica montserrat nadia nancy natalia natalie nathan nerea nicholas nicolas nicole nieves
nina noa noah noel noelia nora norma nuria olga oliver olivia omar oscar pablo paloma pamela paola patricia
patrick paul paula paulina paulo pedro peter phil philip pilar rachel rafael rafaela ramon ramona raquel raul
rebeca rebecca regina rene ricardo richard rita robert roberto robin rocio rodrigo roger roman ronald rosa
rosario rose ruben ruth ryan salvador sam samantha samuel sandra santiago sara sarah saul scott sean sebastian
sergio sharon silvia simon simona sofia sonia sophia sophie stefan stella stephanie stephen steve steven
susan susana sylvia tamara tania tara tatiana ted teresa teresita theresa thomas tim timothy tina todd tom
tomas tony tracy trinidad ursula valentin valentina valeria vanesa vanessa vera veronica vicente victor
victoria vincent violeta virginia wendy william xavier yolanda zoe
"""

COMMON_GIVEN_NAMES = frozenset(_NAMES.split())
