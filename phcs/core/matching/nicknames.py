"""Short forms of names, and abbreviations of names and surnames as they are written by hand.

Our own list of what is in daily use in English, Spanish, Portuguese and German. A line is a name and what stands
for it, folded. A short form of several names (`chris`) stands for each of them, but not for their other short forms.
"""

_ENGLISH = """
aaron: ron ronnie | abigail: abby abbie gail | abraham: abe bram | adelaide: addie | agnes: aggie | alan: al
albert: al bert bertie | alexander: alex al sandy xander lex alec sasha
alexandra: alex sandy sasha lexi sandra alexa ali | alexandria: alex lexi | alfred: al fred freddie alf alfie
alice: allie ali | alicia: allie ali | alison: allie ali | allison: allie ali | alyssa: aly ally
amanda: mandy manda | amelia: amy millie mia | anastasia: stacy ana | andrea: andie andi drea
andrew: andy drew | angela: angie ang | angelina: angie | annabelle: anna belle | anne: annie nan
ann: annie nan | anna: annie | annette: annie | anthony: tony | antoinette: toni nettie | antonia: toni
archibald: archie | arnold: arnie | arthur: art artie | ashley: ash | augustus: gus augie
barbara: barb babs barbie | barnabas: barney | bartholomew: bart | beatrice: bea trixie bee | belinda: lindy
benedict: ben | benjamin: ben benny benji benjy | bernadette: bernie detta | bernard: bernie barney
bertram: bert | beverly: bev | bradford: brad | bradley: brad | brian: bri | bridget: bridie biddy
calvin: cal | cameron: cam | camilla: millie cammie | candace: candy | carl: charlie | carol: carrie
caroline: carrie caro lina | carolyn: carrie lyn | cassandra: cass cassie sandra
catherine: cathy kathy kate katie cat cate kitty kat | cecilia: cece cissy celia
charles: charlie chuck chas charley chaz | charlotte: charlie lottie char lotte | chester: chet
christian: chris | christina: chris tina christy chrissy | christine: chris tina chrissy christy
christopher: chris kit topher | clarence: clare | clifford: cliff | clinton: clint | constance: connie
cornelius: neil corny | curtis: curt | cynthia: cindy cyndi | daniel: dan danny | danielle: dani dan danny
darrell: darry | david: dave davey davy | deborah: deb debbie debby debra | debra: deb debbie debby
delilah: lilah | delores: dee lola | dennis: den denny | desmond: des | diana: di | diane: di
dominic: dom nick | donald: don donnie donny | dorothy: dot dottie dolly dory | douglas: doug dougie
duncan: dunc | edgar: ed eddie | edith: edie | edmund: ed eddie ned | edward: ed eddie ned ted teddy
edwin: ed eddie | elaine: laine | eleanor: ellie nell nellie nora lenny ella | elijah: eli
elizabeth: liz beth betty lizzie eliza betsy libby bess bessie liza lizbeth elsie elle ellie buffy
ellen: ellie nell nellie | emily: em emmy emmie millie | emma: em emmy | emmanuel: manny | ernest: ernie
esther: essie | eugene: gene | evangeline: eva evie | evelyn: evie eve | ezekiel: zeke | felicia: fel
ferdinand: ferdie | florence: flo flossie | frances: fran frannie francie frankie
francis: frank fran frankie | franklin: frank frankie | frederick: fred freddie freddy rick fritz
gabriel: gabe | gabrielle: gabby gabi elle | gareth: gary gaz | gary: gaz | geoffrey: geoff jeff
george: georgie geo | georgina: georgie gina | gerald: gerry jerry | geraldine: gerry geri
gertrude: gertie trudy | gilbert: gil bert | gillian: jill gill | gordon: gordy | grace: gracie
gregory: greg gregg | gretchen: greta | guinevere: gwen | gwendolyn: gwen wendy | hannah: han
harold: harry hal | harriet: hattie | harrison: harry | harvey: harv | heather: heath
helen: nell nellie lena | henrietta: etta hettie hattie | henry: hank harry hal | herbert: herb herbie bert
howard: howie | hubert: hugh bert | hugo: hughie | ian: iain | ignatius: iggy | imogen: immy | irving: irv
isaac: ike zac | isabel: izzy bel belle bella | isabella: izzy bella belle | isabelle: izzy belle
isaiah: ike | jack: jackie jacky | jacob: jake | jacqueline: jackie jacqui jacky
james: jim jimmy jamie jem jas jimmie | jamie: jay | jane: janie jenny | janet: jan | janice: jan
jasmine: jazz jas | jason: jay jase | jean: jeannie jeanie | jeanette: jean nettie | jedediah: jed
jeffrey: jeff | jennifer: jen jenny jenn jennie | jeremiah: jerry jem | jeremy: jerry jem | jerome: jerry
jessica: jess jessie | jillian: jill | joan: joanie | joanna: jo joann | joanne: jo | jocelyn: joss
john: johnny jack jon johnnie jno | jonathan: jon jonny john johnny nathan | jordan: jordy
joseph: joe joey jos | josephine: jo josie posy | joshua: josh | judith: judy jude judi | julia: jules julie
julian: jules | juliana: julie jules | julie: jules | juliet: jules julie | justin: just | karen: kaz
katherine: kathy cathy kate katie kat | kathleen: kathy katie kath kay | kathryn: kathy kate katie kat
kayla: kay | kelly: kel | kenneth: ken kenny | kevin: kev | kimberly: kim kimmy | kimberley: kim
kirsten: kirsty | kristen: kris kristy | kristin: kris kristy | kristina: kris tina kristy
kristopher: kris | lancelot: lance | laura: laurie lori | lauren: laurie lori ren | laurence: larry
lavinia: vinnie | lawrence: larry | leonard: len lenny leo | leonora: nora | leopold: leo
letitia: letty tish | lewis: lew lewie | lillian: lily lil lilly | linda: lindy | lindsay: linds | lisa: lis
lorraine: lori lorrie | louis: lou louie | louise: lou lulu | lucas: luke | lucille: lucy lu
lucinda: lucy cindy | lucy: lu | lydia: liddy | lynette: lyn | mackenzie: mac kenzie
madeleine: maddy maddie | madeline: maddy maddie | madison: maddy maddie | magdalena: lena maggie
malcolm: mal | marcus: mark marc
margaret: maggie meg peggy marge margie madge greta rita daisy peg meggie mags | margery: marge
maria: mia ria | marianne: mary anne | marilyn: mary lyn | marjorie: marge margie | marsha: marcy
martha: marty | martin: marty mart | martina: tina marty | mary: molly polly mae mamie may
matilda: tilly mattie tillie | matthew: matt matty | maurice: maury mo | maureen: mo | maximilian: max
maxine: max | maxwell: max | megan: meg | melanie: mel | melinda: mindy mel linda | melissa: missy mel lissa
melvin: mel | mercedes: mercy | meredith: merry | michael: mike mick micky mickey mikey micah mitch
michelle: shelly mich chelle shell | mildred: millie | millicent: millie | miranda: mandy randy
miriam: mimi | mitchell: mitch | mohammed: mo | montgomery: monty | nadine: nadi | nancy: nan | naomi: nomi
natalie: nat talia | natasha: tasha nat | nathan: nate nat | nathaniel: nate nathan nat | neil: neal
nicholas: nick nicky nico | nicola: nicky nikki | nicole: nicky nikki nic | nigel: nige | norman: norm
octavia: tavy | oliver: ollie | olivia: livvy liv ollie livia | oscar: ozzie | oswald: oz ozzie
pamela: pam pammy | patience: pat patty | patricia: pat patty trish tricia patsy patti
patrick: pat paddy rick | paul: paulie | paula: polly | pauline: polly | penelope: penny | percival: percy
peter: pete petey | philip: phil pip | phillip: phil pip | phyllis: phyl | polly: pol | priscilla: cilla
prudence: prue | quentin: quent | rachel: rach rae shelly | ralph: ralphie | randall: randy
randolph: randy | raphael: rafe ralph | raymond: ray | rebecca: becky becca beck reba | regina: gina reggie
reginald: reg reggie rex | reuben: rube ben | rhonda: ron
richard: rick dick rich ricky richie rickie dickie | robert: bob rob bobby robbie bert robt bobbie
roberta: bobbie robbie | robin: rob | roderick: rod roddy rick | rodney: rod | roger: rodge | roland: rollie
ronald: ron ronnie | rosalie: rose rosie | rosalind: ros roz | rosamund: ros | rose: rosie
rosemary: rose rosie romy | roxanne: roxy | rudolph: rudy rolf | rufus: rufe | rupert: rup
russell: russ rusty | ruth: ruthie | sabrina: brina | sally: sal | samantha: sam sammy | samson: sam
samuel: sam sammy | sandra: sandy | sarah: sally | scott: scotty | sean: shaun shawn | sebastian: seb bas
selina: lina | shannon: shan | sharon: shaz shari | sidney: sid | simon: si sim | solomon: sol
sophia: sophie | sophie: soph | stanley: stan | stella: stell | stephanie: steph stevie steffi
stephen: steve stevie | steven: steve stevie | stewart: stew | stuart: stu stew
susan: sue susie suzy sukie suzie | susannah: sue susie anna | suzanne: sue suzy susie | sylvester: sly
sylvia: syl silvie | tabitha: tabby | tamara: tammy | tanya: tan | terence: terry | terrence: terry
teresa: terry tess tessa tracy resa | thaddeus: thad tad | theodora: thea dora | theodore: ted teddy theo
theresa: terry tess tessa | thomas: tom tommy thos | tiffany: tiff | timothy: tim timmy | tobias: toby
tracy: trace | trevor: trev | tristan: tris | tyler: ty | ursula: ursie | valerie: val
vanessa: nessa van ness | veronica: ronnie vera roni | victor: vic
victoria: vicky tori vic vicki vickie tory | vincent: vince vinny vin | violet: vi
virginia: ginny ginger gini | vivian: viv | vivienne: viv | wallace: wally | walter: walt wally wat
wendy: wen | wesley: wes | wilbur: will | wilfred: will fred wilf | wilhelmina: mina billie willa
william: bill will billy willy liam willie wm billie | winifred: winnie freddie | winston: win winnie
yvonne: vonnie | zachary: zach zack zac | zachariah: zach zack zac
"""

_SPANISH = """
adela: adelita | adolfo: fito | agustin: agus | alberto: beto tito | alejandra: ale jandra sandra
alejandro: ale alex | alfonso: poncho fonso | alfredo: fredo | alicia: licha ali | alvaro: alvarito
amparo: amparito | ana: anita | andres: andy | angel: angelito | angela: angelita | angeles: angelines geles
antonia: toni tona tonia | antonio: tono toni | arturo: turo | asuncion: asun chon | aurora: auro
barbara: barbi | bartolome: bartolo | beatriz: bea betty | belen: belencita | benito: beni | benjamin: benja
bernardo: berna | candelaria: cande | carlos: carlitos charly
carmen: carmela carmina carmencita menchu mamen | carolina: caro | catalina: cata lina | cayetano: tano
cecilia: ceci | concepcion: concha conchi conchita | consuelo: chelo consu | cristina: cris tina
cristobal: tobal | daniel: dani | daniela: dani | david: davi | dolores: lola loli lolita | domingo: mingo
eduardo: edu lalo | elena: elenita nena | elisa: eli | emilio: emi | encarnacion: encarna encarni
enrique: kike quique rico | ernesto: neto | esperanza: espe | estefania: estefi fani | eugenia: geni
federico: fede fico | felipe: pipe feli | felisa: feli | fernanda: fer nanda | fernando: fer nando fernan
florencia: flor | francisca: paca paqui paquita fran frasca
francisco: paco pancho kiko curro fran paquito frasco quico fco pacho | gabriel: gabi | gabriela: gabi gaby
gerardo: gera | gertrudis: tula | gonzalo: gonza | gregorio: goyo | guadalupe: lupe lupita gpe
guillermo: guille memo | gustavo: gus tavo | hector: tito | ignacio: nacho inaki | inmaculada: inma macu
isabel: isa chabela | jacinto: chinto | javier: javi | jesus: chuy chus chucho suso jesusito | jesusa: chusa
joaquin: chimo ximo | jorge: coque jorgito | jose: pepe chepe josito pepito | josefa: pepa fina chefa
josefina: fina pepa | juan: juanito juancho | juana: juanita | julia: julita | julian: juli | laura: lauri
leonardo: leo | leticia: leti | lorenzo: loren lencho | lourdes: lurdes lulu | lucia: luci
luis: lucho luisito | luisa: luisita | macarena: maca | manuel: manolo manu lolo manolito manny
manuela: manoli manola | marcelo: marce | margarita: marga mago | maria: mari mary marita ma maruja marichu
mariano: nano | maricarmen: mari mamen | marina: mari | mario: marito | marta: martita | mateo: teo
matias: mati | maximiliano: max maxi | mercedes: merche meche | miguel: migue mike miki
milagros: mila mili | monica: moni | monserrat: montse | montserrat: montse | natalia: nati
natividad: nati | nicolas: nico | octavio: tavo | pablo: pablito | patricia: patri pati | paula: pau
pedro: perico pedrito | pilar: pili | purificacion: puri | rafael: rafa fito | rafaela: rafi fali
ramon: moncho | raquel: raqui | raul: raulito | remedios: reme | ricardo: richi riqui
roberto: rober beto tito | rocio: chio | rodolfo: rudy fito | rodrigo: rodri | rogelio: roger | rosa: rosita
rosario: charo chayo | salvador: salva chava | samuel: samu | santiago: santi chago yago tiago
sebastian: sebas seba | sergio: checo | silvia: silvi | socorro: coco | sofia: sofi | soledad: sole
susana: susi | teodoro: teo | teresa: tere maite | tomas: tomi | trinidad: trini | valentin: vale
valentina: vale | valeria: vale | vanesa: vane | veronica: vero | vicente: chente vicen | victor: vic
victoria: vicky toya | virginia: vir | yolanda: yoli
"""

_PORTUGUESE = """
alexandra: xana xanda | alexandre: alex xande xandre | ana: aninha | anabela: bela
antonio: toninho tonho to toze | beatriz: bia | benedito: dito bene | carla: carlinha
carlos: carlinhos caca | carolina: carol | catarina: cata | cristina: cris tina | cristiano: cris
daniela: dani | deolinda: linda | edilson: edi | eduardo: dudu edu duda | elisabete: bete | elizabete: bete
fatima: fatinha | felipe: lipe | fernanda: nanda | fernando: nando | filipa: pipa | filipe: lipe pipo
flavia: flavinha | francisca: chica | francisco: chico xico chiquinho | gabriel: gabi biel
gabriela: gabi bibi | gertrudes: tude | guilherme: gui | gustavo: guga guto | helena: lena leninha
henrique: rique ique | ines: nes | isabel: bel belinha isa | isabela: bela isa | joana: joaninha
joao: joaozinho jota joca | joaquim: quim | jorge: jorginho | jose: ze zeca zezinho | josefa: zefa
julio: julinho | leonardo: leo | leonor: nono leo | lucia: lucinha | luciana: luci | luis: luisinho lula
luiz: luizinho lula | madalena: lena | manuel: manel neca nelo | marcelo: celo | marcia: marcinha
margarida: guida | maria: mariazinha | mariana: mari | matilde: tilde | miguel: mig miguelito
monica: moni nica | natalia: nati | patricia: pati paty | paulo: paulinho | pedro: pedrinho | rafael: rafa
raimundo: mundo | renata: rena | ricardo: rica cado | rita: ritinha | roberto: beto | rodrigo: digo rodri
rosa: rosinha | sebastiao: tiao bastiao | sofia: sofi | susana: susi | teresa: teca teresinha
vicente: vico | vitoria: vi
"""

_GERMAN = """
albrecht: albi | alexander: alex sascha | alexandra: alex sandra | alfred: fred | andreas: andi andy
angelika: geli angie | anna: anni anneli | anneliese: anni liese | annemarie: anni | antonia: toni
anton: toni | barbara: babsi barbel | benedikt: ben bene | benjamin: ben benni
bernhard: bernd bernie hardy | bernd: berni | birgit: biggi gitte | brigitte: gitte gitti | christian: chris
christiane: chrissi christl | christine: chris chrissi tina | christoph: chris stoffel | claudia: claudi
daniel: dani | daniela: dani | dietmar: didi | dieter: didi | dietrich: dieter | dorothea: doro thea dora
eberhard: ebi hardy | edeltraud: traudl | eduard: edi
elisabeth: lisa elli sissi liesel lisbeth liesl betty else elsbeth | elfriede: friedel | erich: eri
ferdinand: ferdi | florian: flo | franziska: franzi | franz: franzl | friederike: rike fritzi
friedrich: fritz fred friedel fiete | gabriele: gabi gaby | georg: schorsch girgl jorg | gerhard: gerd hardy
gertrud: trude gerti | gottfried: friedel | gunter: guni | gustav: gustl | hannelore: hanne lore
hans: hansi hannes | heinrich: heinz heini heiner hein | helene: leni lene | herbert: herbi
hildegard: hilde hilla | ingeborg: inge | irmgard: irmi | jakob: jockel | joachim: jochen achim jo
johanna: hanna hanne jo | johannes: hans hannes jo johann jan | johann: hans hannes
josef: sepp jupp seppl beppo | joseph: sepp jupp | josefine: josi fine | julia: jule | jurgen: jogi
karl: kalle | katharina: kathi katja kati kathrin trine kathe | klara: klarchen | klaus: klausi
konrad: konny kurt | konstantin: konsti | kunigunde: gundi | leonhard: leo hardy | leopold: leo poldi
lieselotte: lilo lotte liesel | lorenz: lenz | ludwig: lutz wiggerl lui | magdalena: lena magda leni
manfred: manni fred | margarete: grete gretel gretchen marga greta | margarethe: grete gretel
maria: mia mitzi ria mizzi | markus: maxe | marianne: janne | martin: maddin | mathilde: tilde hilde
matthias: matze hias matt hiasl | maximilian: max maxi | michael: michi michel micha | michaela: michi ela
monika: moni | nikolaus: klaus niko nick | norbert: bert nobbi | oskar: ossi | philipp: phil lipp
raimund: rai | reinhard: reini hardy | renate: reni nate | robert: robbi | roland: rolli
rosemarie: rosi romy | rosina: rosi | rudolf: rudi rolf | rupert: rupi | sabine: bine
sebastian: basti wastl | siegfried: sigi siggi | siegmund: sigi | sigrid: siggi | simon: simi
stefan: steff | stefanie: steffi | susanne: susi sanne | theodor: theo | therese: resi | theresa: resi
thomas: tom tommy | tobias: tobi | ulrich: uli ulli | ulrike: uli ulli rike | ursula: uschi ursel ulla
valentin: valli | veronika: vroni | viktor: vik | viktoria: vicki | waltraud: traudl traudel | walter: walli
wilhelm: willi wilhelmus helm | wilhelmine: minna mina | wolfgang: wolfi wolf
"""

_SPELLINGS = """
alan: allan allen | alison: allison alyson | anna: ana | ann: anne | annette: anette | brian: bryan
carl: karl | carla: karla | carolyn: carolin | catherine: katherine kathryn catharine katharine
christian: cristian kristian | christina: cristina kristina | christine: kristine | claire: clare clair
clara: klara | claus: klaus | conrad: konrad | curt: kurt | debora: deborah debra | denis: dennis
diana: dianna | diane: dianne | elisa: eliza | elisabeth: elizabeth elisabet | eric: erik erich
erica: erika | ester: esther | eugen: eugene | filipe: felipe | frederic: frederick frederik fredric
geoffrey: jeffrey jeffery | gunter: gunther guenther guenter | hanna: hannah | helen: helene | ines: inez
isabel: isabell isobel izabel | isabella: isabela izabella | jacqueline: jaqueline | jenifer: jennifer
joan: joann | john: jon | jonathan: jonathon johnathan | josef: joseph josep | joaquin: joaquim
karen: karin | kathleen: cathleen | katrin: catrin kathrin | kristen: kristin kirsten | laurence: lawrence
lewis: louis | lillian: lilian | lindsay: lindsey | luis: luiz | lucas: lukas luca | madeleine: madeline
marc: mark | marcus: markus marcos | marianne: maryann | marta: martha | mathew: matthew
mathias: matthias matias | mathilde: matilde matilda | maya: maja | megan: meghan meagan
michaela: mikaela micaela | michael: micheal mikael | miriam: myriam mirjam
mohamed: mohammed muhammad mohammad mohamad | monica: monika | nathalie: natalie | nadja: nadia
nicola: nikola | nicolas: nicholas nikolas nickolas | nicole: nichole | patricia: patrizia
philip: phillip philipp | rachel: rachael | rafael: raphael | rebecca: rebeca rebekah rebekka
richard: ricard | sara: sarah | sean: shawn shaun | sofia: sophia sofie sophie | stefan: stephan stephen
stefanie: stephanie | stephen: steven stephan | sylvia: silvia | susan: suzan susann
susana: susanna susannah suzanna | suzanne: susanne | teresa: theresa therese | thiago: tiago
thomas: tomas | valery: valerie | veronica: veronika | victor: viktor vitor | victoria: viktoria vitoria
vincent: vicent | vivian: vivien | walter: walther | william: wiliam | xavier: javier | yvonne: ivonne
yolanda: iolanda | zachary: zachery zackary
"""

_SURNAMES = """
rodriguez: rdguez rdz rguez | gonzalez: glez gzlez glz | hernandez: hdez hdz | fernandez: fdez fdz
martinez: mtnez mtz | lopez: lpz | sanchez: schez | perez: prz | gomez: gmz | ramirez: rmz | gutierrez: gtz
jimenez: jmnz
"""


def _short_forms(*lists: str) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for line in "\n".join(lists).replace("\n", " | ").split(" | "):
        name, _, forms = line.partition(": ")
        for form in forms.split():
            names.setdefault(form, set()).add(name)
    return {form: frozenset(stood_for) for form, stood_for in names.items()}


_GIVEN_NAMES = _short_forms(_ENGLISH, _SPANISH, _PORTUGUESE, _GERMAN, _SPELLINGS)
_STANDS_FOR = _GIVEN_NAMES | _short_forms(_SURNAMES)

NICKNAMED = frozenset(name for names in _GIVEN_NAMES.values() for name in names) | frozenset(_GIVEN_NAMES)
"""All given names that have a short form, and all short forms."""


def is_short_form(one: str, other: str) -> bool:
    """Say whether one folded part is a short form of the other, or both are of the same one name."""
    mine, theirs = _STANDS_FOR.get(one), _STANDS_FOR.get(other)
    if (mine and other in mine) or (theirs and one in theirs):
        return True
    return mine is not None and mine == theirs and len(mine) == 1
