"""The words that made-up visits are made of. Their order decides what a seed gives, so lists only ever grow anew."""

COLUMNS = "id name phone email pet_name species breed service state created notes tags".split()
DEFECTS = (
    "bad_email bad_phone bad_date date_out_of_range missing_name unknown_species unknown_state no_contact"
).split()

FIRST = (
    "María José Antonio Begoña Íñigo Núria Raúl Ángel Lucía Martín Sofía Joaquín Concepción Jesús "
    "Inés Andrés Mónica Óscar Verónica Iván Rocío Álvaro Belén César Estefanía Germán Héctor Irene "
    "Javier Laura Miguel Noelia Pablo Raquel Sergio Teresa Víctor Yolanda Ainhoa Aitor Xabier Xiana "
    "Brais Uxía Jordi Montserrat Oriol Mireia Zoë Chloé François Benoît Anaïs Jürgen Günter Björn Åsa "
    "Søren Łukasz Małgorzata João Conceição Inês Giulia Niccolò Siobhán Seán Emma Oliver Amelia Harry "
    "Grace Jack Ethan Madison Ximena Camila Santiago Valentina Mateo Guadalupe"
).split()
LAST = (
    "García Muñoz Ibáñez Peña Güell Martínez López Sánchez Pérez Gómez Fernández Rodríguez Álvarez "
    "Jiménez Hernández Díaz Núñez Vázquez Suárez Ordóñez Yáñez Zúñiga Bermúdez Domínguez Gutiérrez "
    "Cañizares Íñiguez Ochoa Etxeberria Agirre Mendizabal Puigdomènech Solà Ferrer Vilà Castro Souto "
    "Rey Vidal Molina Ortega Delgado Moreno Ortiz Rubio Marín Sanz Iglesias Medina Cortés Castillo "
    "Guerrero Lozano Cano Prieto Méndez Cruz Calvo Gallego León Herrera Peñalver Smith Jones O'Connor "
    "O'Brien Taylor Müller Schröder Weiß Lefèvre Dubois Gonçalves Araújo D'Angelo Ricci Kowalczyk "
    "Wójcik Andersen Nyström"
).split()
PARTICLES = ["de la ", "del ", "de ", "de los "]
DOMAINS = (
    "gmail.com gmail.com gmail.com hotmail.com hotmail.es yahoo.es outlook.com icloud.com telefonica.net "
    "correo.ugr.es example.org vet-amigos.example.com gmx.de orange.fr libero.it sapo.pt"
).split()
PETS = (
    "Luna Coco Simba Nala Thor Kira Rocky Max Bimba Toby Lola Zeus Noa Pipo Mía Leo Tobías Canela Chispa "
    "Ñata Güero Pelusa Copito Nube Trufa Rex Duque Linda Golfo Bruja Sombra Tigre Bigotes Milú Pancho "
    "Niño Princesa Bella Charlie Daisy Milo Oreo Peanut Pumpkin Ragnar Frida Kiko Nico Lana Bruno"
).split()
BREEDS = {
    "dog": "Mestizo|Labrador Retriever|Golden Retriever|Bulldog francés|Pastor alemán|Podenco|Galgo español|"
    "Chihuahua|Yorkshire Terrier|Border Collie|Perro de agua español|Mastín|Bóxer|Caniche|Dálmata|Teckel",
    "cat": "Común europeo|Siamés|Persa|Maine Coon|Bengalí|Ragdoll|Sphynx|Británico",
    "rabbit": "Belier|Enano|Angora|Toy",
    "bird": "Agaporni|Periquito|Canario|Ninfa|Loro yaco",
    "ferret": "Hurón",
    "reptile": "Iguana|Gecko leopardo|Tortuga mora",
    "rodent": "Cobaya|Hámster ruso|Chinchilla",
}
SPECIES_WEIGHTS = [52, 30, 7, 5, 1, 2, 3]
SPECIES_WORDS = {
    "dog": "dog Dog DOG perro Perro Perra canino canine",
    "cat": "cat Cat gato Gato Gata felino feline",
    "rabbit": "rabbit conejo Conejo",
    "bird": "bird ave Pájaro",
    "ferret": "ferret hurón",
    "reptile": "reptile reptil",
    "rodent": "rodent roedor",
}
SERVICES = (
    "Consulta general|Vacunación|Revisión anual|Urgencias|Cirugía|Peluquería canina|Limpieza dental|Ecografía|"
    "Análisis de sangre|Castración|Microchip|Desparasitación|Radiografía|Consulta exóticos|Rehabilitación"
).split("|")
STATES = "COMPLETE COMPLETE COMPLETE COMPLETE COMPLETE BOOKED WAITING SERVING CANCELLED NO_SHOW".split()
TAGS = (
    "CONFIRMED|ARRIVED|DELAYED|FLAGGED|NOSHOW|EXPIRED|VIP|seguro|cachorro|dieta|agresivo|primera visita|geriátrico"
).split("|")
NOTES = [
    "Viene por cojera en la pata trasera izquierda.",
    "No come desde ayer, apático.",
    "Trae cartilla; falta la vacuna de la rabia.",
    "Owner asked for an English-speaking vet.",
    "Llamar antes de las 14:00, por favor.",
    "Revisión post-quirúrgica, retirar puntos.",
    "Alergia a la penicilina (¡ojo!).",
    "Paciente nervioso: usar bozal.",
    "Seguro n.º 00{n}/2024, copago 15 €",
    'Dice que "se rasca mucho", posible dermatitis',
    "Peso {n} kg; control en 3 meses",
    "Vómitos x{n}",
    "Familia con niños; prefiere tardes",
    "Derivado por la clínica O'Higgins & Núñez, S.L.",
]
MONTHS = "ene feb mar abr may jun jul ago sep oct nov dic".split()

BAD_PHONES = [
    "12345",
    "000000000",
    "+34 12",
    "no tiene",
    "6123456789012345",
    "+999 123 456 789",
    "six one two",
    "61234567",
]
BAD_DATES = [
    "31/02/2025 10:00",
    "2025-13-01",
    "ayer",
    "0000-00-00",
    "2025-02-30T10:00:00Z",
    "",
    "45/45/45",
]
FAR_DATES = ["2099-01-01T00:00:00.000Z", "1899-12-31", "01/01/1900 00:00", "2041-06-01 10:00:00"]
NO_NAMES = ["", "   ", "-"]
NO_SPECIES = ["unicornio", "???", "doge", "planta"]
NO_STATES = ["DONE?", "x", "FINALIZADO-OK"]
