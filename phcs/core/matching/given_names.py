"""Names that many people bear, known before an organisation's own owners are counted.

Two parts that both are given names are never one name with a typing error: Marta is not María. The list
holds common Spanish, English, Portuguese and German names, folded.
"""

from phcs.core.matching.nicknames import NICKNAMED

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

_MORE_NAMES = """
adriano adrienne afonso alda aldo alessandra alessandro alexandre alfons alva alyssa amalia amber amelie
anabela anastasia anderson anja annika antje anton ariana ariel arne artur astrid audrey augusto austin
autumn axel bailey bartolomeu bastian beau bernardete bettina bianca birgit blake bonnie boris brad brett
britta brittany brooke bruna bryce caio caitlin caleb cameron camila camilo carmela cassandra cassio
catarina celeste celina celso chad chelsea chloe christa christiane clarissa clayton cleide clemens cody
cole colin colleen connor corey cornelia cristiano crystal dakota dallas dalton damian danilo darlene darren
davi debora dennis derek desiree detlef devin diogo dirk dominic dominik dora drew duarte dustin dwayne
edson elaine eleanor elias elijah elke ellen elsa elvira emanuel emil erin erwin ethan fabiana fabiano fabio
fatima felicia ferdinand fiona flavia flavio franz frida gabrielle gavin gerda gerhard giovanna giovanni
gisela gislaine giulia gloria graca gudrun guido guilherme gunter gwen hailey hanno hans harald hartmut
harvey heath heather heidi heike heiko heinz helder helga heloisa henrique herbert hilda holly hope hugo
hunter igor ilse ines inga ingo ingrid irma irmgard isadora isaura ivete ivo ivy jada jan janaina jared
jasmine jeff jenna jens jeremiah jesse joana joao joaquim jocelyn joey johanna jonas jordan jorg juliane
jurgen jutta kai kara kari karl karsten kathrin kathryn katja kayla keith kendra kerstin kirk klaus krista
kristen kristin kristina kurt landon larry lars latoya leandro lena leonie lewis liam lily lindsay logan
lorenz louis louise luana luca luciana luciano lucille ludwig luiz lukas lutz mackenzie madalena madison
magda maggie maik maite mallory mandy manfred manoel manuela marcela marcia marcio marco margit marian
marianne marion marissa marlene marlies marlon marvin mason maureen mauro maximilian maya mckenzie melina
meredith michaela mindy mirko misty mitchell monique morgan moritz nadine naomi natascha natasha nelly
nelson neusa nicola nikki nils nina noemi nuno olaf oliveira osvaldo otavio otto owen paige pam paola parker
patricio peggy penny petra philipp phyllis preston priscila quinn rafaela raimundo rainer ralf ralph ramiro
randall randy raquel raymond regiane reginald reinhard renan renata renate renato renee rhonda riley rogerio
rolf ron ronald ronaldo rosana rosangela rosemarie roy rudolf rui russell sabine sabrina sally sandro sascha
savannah sawyer sebastiao selma seth shane shannon sheila shelby shelly sherry shirley sierra silke simao
simone skyler solange sonja spencer stacey stanley stefan stefanie steffen stuart summer susanne sven svenja
swen tabitha tanja tanner tatjana taylor telma terry thiago thorsten tiago tiffany tim timo tobias torsten
tracey travis trevor trisha troy tyler ulrich ulrike ute uwe valdir valter vanda vera vernon viktor vinicius
vitor volker wade waldemar walker walter wanda warren wayne wenzel werner wesley wilhelm willi wilma
wolfgang wyatt xenia yannick yara yvonne zachary
"""

COMMON_GIVEN_NAMES = frozenset(_NAMES.split()) | frozenset(_MORE_NAMES.split()) | NICKNAMED

COMMON_SURNAMES = frozenset(
    """
    smith johnson williams brown jones miller davis wilson anderson taylor thomas moore martin jackson thompson
    white harris clark lewis robinson walker young allen king wright scott hill green adams nelson baker hall
    campbell mitchell carter roberts evans turner parker collins edwards stewart morris murphy cook rogers morgan
    cooper peterson reed bailey bell kelly howard ward cox richardson wood watson brooks bennett gray james hughes
    garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez martin jimenez ruiz hernandez diaz
    moreno munoz alvarez romero alonso gutierrez navarro torres dominguez vazquez ramos gil ramirez serrano blanco
    molina morales suarez ortega delgado castro ortiz rubio marin sanz nunez iglesias medina garrido cortes
    castillo santos lozano guerrero cano prieto mendez cruz calvo gallego vidal leon marquez herrera pena flores
    cabrera campos vega fuentes carrasco diez caballero reyes nieto aguilar pascual santana herrero lorenzo
    silva souza sousa oliveira pereira lima carvalho ferreira ribeiro rodrigues almeida costa gomes martins araujo
    barbosa alves fernandes rocha dias teixeira correia mendes nunes pinto moreira vieira cardoso soares
    muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schafer koch bauer richter
    klein wolf schroder neumann schwarz zimmermann braun kruger hofmann hartmann lange schmitt werner krause
    nguyen lee kim patel khan chen wong singh
    """.split()
)

COMMON_NAMES = COMMON_GIVEN_NAMES | COMMON_SURNAMES
