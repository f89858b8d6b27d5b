"""The words of headings, English and Spanish, full and abbreviated, and what each speaks of.

Words are folded (`fold`). A word that stands in no list is unknown; one of `Meaning.ELSEWHERE` tells that the
column belongs to something PHCS has no field for, one of `SENSITIVE` that it must not be mapped by itself.
"""

from enum import Enum, auto


class Meaning(Enum):
    """What a word of a heading speaks of."""

    OWNER = auto()
    PET = auto()
    PETS = auto()
    VISIT = auto()
    APPOINTMENT = auto()
    SERVICE = auto()
    NAME = auto()
    GIVEN = auto()
    FAMILY = auto()
    WHOLE = auto()
    PHONE = auto()
    AT_HOME = auto()
    AT_WORK = auto()
    SECOND = auto()
    EMAIL = auto()
    ADDRESS = auto()
    CITY = auto()
    REGION = auto()
    STATE = auto()
    POSTAL = auto()
    COUNTRY = auto()
    BIRTH = auto()
    DATE = auto()
    CLOCK = auto()
    ID = auto()
    NUMBER = auto()
    COUNT = auto()
    SPECIES = auto()
    BREED = auto()
    SEX = auto()
    WEIGHT = auto()
    UNIT = auto()
    COLOUR = auto()
    CHIP = auto()
    STERILISED = auto()
    DECEASED = auto()
    YES_NO = auto()
    NOTES = auto()
    TAGS = auto()
    STATUS = auto()
    OUTCOME = auto()
    OPENED = auto()
    CLOSED = auto()
    SCHEDULED = auto()
    STAMP = auto()
    START = auto()
    KIND = auto()
    LOCATION = auto()
    MORE = auto()
    FILLER = auto()
    ELSEWHERE = auto()
    SENSITIVE = auto()


M = Meaning

WORDS: dict[Meaning, str] = {
    M.OWNER: (
        "owner owners client clients customer customers cust cli clt caller requester requestor applicant "
        "guardian guardians person human parent propietario propietaria propietarios dueno duena duenos "
        "tutor tutora cliente clientes solicitante persona acudiente titular usuaria amo prop interesado "
        "beneficiary beneficiario beneficiaria claimant participant recipient inquirer keeper carer "
        "caretaker custodian cuidador cuidadora tenedor poseedor encargado encargada patron clnt ownr "
        "individual"
    ),
    M.PET: (
        "pet animal patient paciente mascota dog cat perro gato pac masc puppy kitten canine feline pup "
        "kitty animalito peludo perra gata"
    ),
    M.PETS: ("pets animals patients pacientes mascotas dogs cats animales perros gatos puppies kittens"),
    M.VISIT: (
        "visit visits case cases ticket request requests call calling calls intake solicitud caso consulta "
        "visita atencion incident encounter llamada inquiry enquiry consultation registration registro "
        "record application applications form submission session expediente radicado incidencia tramite"
    ),
    M.APPOINTMENT: (
        "appointment appointments appt appts booking reservation cita citas turno reserva agendamiento"
    ),
    M.SERVICE: (
        "service services svc serv servicio servicios assistance help ayuda asistencia reason reasons "
        "motivo purpose procedure procedimiento problem problema concern concerns complaint support apoyo "
        "requirement requirements"
    ),
    M.NAME: "name names nm nombre nombres nom called llama llamado",
    M.GIVEN: "first given forename forenames fname firstname pila primer",
    M.FAMILY: "last family surname surnames lname lastname apellido apellidos ape apell",
    M.WHOLE: "full whole fullname",
    M.PHONE: (
        "phone phones telephone tel telef telefono telefonos tfno tlf tlfn tfn ph mobile mob movil moviles "
        "cell cel celular celulares cellphone cellular sms whatsapp telefonico wsp wpp watsapp phn"
    ),
    M.AT_HOME: (
        "home casa fijo house hogar residence residencia vivienda residential domiciliaria residencial"
    ),
    M.AT_WORK: "work office business trabajo oficina",
    M.SECOND: (
        "alt alternate alternative secondary second other 2 ii otro otra segundo segunda adicional alterno "
        "alternativo backup"
    ),
    M.EMAIL: "email emails mail correo correos electronico electronica",
    M.ADDRESS: "address addr addresses street calle direccion dir domicilio line road avenue avenida",
    M.CITY: ("city town ciudad poblacion localidad municipio pueblo village suburb municipality locality"),
    M.REGION: "province region county provincia departamento dpto depto prov",
    M.STATE: "state",
    M.POSTAL: "zip zipcode postal postcode cp",
    M.COUNTRY: "country pais",
    M.BIRTH: (
        "dob birthday birthdate birth born nacimiento nac cumpleanos bday fnac bdate nacido nacida nacio"
    ),
    M.DATE: "date dt fecha fec fech datetime on when day dia datum",
    M.CLOCK: "time hora",
    M.ID: "id ids code codigo cod identifier folio ref",
    M.NUMBER: "number num no nro numero nr",
    M.COUNT: "count cantidad cuantas cuantos qty howmany",
    M.SPECIES: "species especie especies spp",
    M.BREED: "breed breeds raza razas",
    M.SEX: "sex gender sexo genero",
    M.WEIGHT: "weight wt peso weigh",
    M.UNIT: "kg kgs lb lbs kilos pounds g gr grams gramos kilograms kilogramos",
    M.COLOUR: (
        "color colour colors colours pelaje markings capa manto senas colouring coloring coloracion pattern"
    ),
    M.CHIP: "microchip chip microchips transponder chips",
    M.STERILISED: (
        "spay spayed neuter neutered altered sterilised sterilized esterilizado esterilizada castrado "
        "castrada desexed esterilizacion castration fixed castrated esteril capado"
    ),
    M.DECEASED: "deceased fallecido fallecida died muerto dead murio",
    M.YES_NO: "yn yes mf mh fm si",
    M.NOTES: (
        "note notes nota notas comment comments comentario comentarios remark remarks observation "
        "observations observacion observaciones obs details detail detalle detalles memo anotacion "
        "anotaciones narrative summary resumen describe explain situation situacion message mensaje"
    ),
    M.TAGS: "tag tags etiqueta etiquetas",
    M.STATUS: "status estado estatus progress",
    M.OUTCOME: "outcome outcomes result resultado resolution disposition desenlace solution solucion",
    M.OPENED: (
        "opened open created creation creado creada creacion received recibido recibida submitted requested "
        "apertura solicitado solicitada ingreso logged filed entered"
    ),
    M.CLOSED: (
        "closed close closing completed completion finalizado finalizada cierre resolved cerrado cerrada "
        "finalizacion finished terminado terminada concluded ended"
    ),
    M.SCHEDULED: "scheduled programada programado agendada agendado",
    M.STAMP: "timestamp",
    M.START: "start starts begin begins inicio",
    M.KIND: "type types tipo tipos kind kinds clase category categoria class",
    M.LOCATION: "location branch sede sucursal site clinic clinica facility centro",
    M.MORE: "additional adicionales extra general otros otras internal",
    M.FILLER: (
        "the of de del la las los el lo your you u do does what which is are to best reach we should and y "
        "e if known please enter provide list a an su sus tu tus que es for por para con me my mi need "
        "needed needs necesita necesitas have tiene tienes current actual final main primary principal "
        "preferred contact contacto valid personal complete completo completa daytime our their his her its "
        "this este esta needing seeking visiting exact legal 1 i al mailing or o coat fur desc description "
        "descripcion cd mix mezcla cruce aprox approx approximate approximately aproximado aproximada "
        "estimated estimado already ya currently where donde vive vives live lives who quien whose cual "
        "cuales como been be has had was were am would like could can puede quiere want looking write print "
        "escriba indique ingrese seleccione select choose listed household prestado prestada realizado "
        "realizada brindado provided rendered apply applies did today hoy aqui here"
    ),
    M.ELSEWHERE: (
        "mixed vet vets veterinarian veterinario veterinaria doctor dr medico staff tech technician "
        "employee volunteer emergency emergencia insurance seguro policy vaccine vaccines vaccination "
        "vacuna vacunas rabies rabia invoice factura balance amount price precio total paid pago payment "
        "valor iva tax discount descuento fee cost costo landlord donor foster adopter breeder spouse by "
        "user usuario opt optin optout consent bounced verified reminder recordatorio next proxima proximo "
        "previous prior end fin age edad income signature firma initials iniciales length duration duracion "
        "rating score stage version website url photo foto image password sent adults restrictions deposit "
        "food expiry exp expires license licence credit card employer company empresa provider assignee "
        "referral source referred points loyalty issue issued updated upd modified response priority "
        "subject assigned lot lote not don never date2 middle nickname preferredname title suffix prefix "
        "fax size height temperature temperatura alert allergy allergies medication medications diet "
        "alimento civil profession occupation mother father madre padre hijo child children neighbour "
        "neighbor witness bank product producto brand marca lab marketing newsletter subscription "
        "subscribed flag rate stamp state2 wing room kennel cage shelter agency"
    ),
    M.SENSITIVE: "ssn dni nif nie nit cedula passport pasaporte iban cif curp rfc socialsecurity ein",
}

PHRASES: tuple[tuple[str, str], ...] = (
    (r"e mails?", "email"),
    (r"emailaddress", "email address"),
    (r"micro chip", "microchip"),
    (r"post code", "postcode"),
    (r"zip code", "zipcode"),
    (r"codigo postal|c p", "cp"),
    (r"p ?o boxe?s?|no postcode", ""),
    (
        r"d o b|date of birth|birth date|birth dt|fecha de nacimiento|fecha nacimiento|fecha nac|fech nac|f nac",
        "dob",
    ),
    (r"(?:pet|dog|cat|animal) (?:owner|parent|guardian)", "owner"),
    (r"responsable (?:de )?(?:la |su )?mascota", "owner"),
    (r"nombres? y apellidos?|nombre completo|nombres completos|first and last name", "fullname"),
    (r"how many|total number of|(?:number|num|no) of|(?:numero|nro|num|no) de(?= \w+s\b)", "howmany"),
    (r"macho (?:o )?hembra|hembra (?:o )?macho|male (?:or )?female|female (?:or )?male", "sex"),
    (r"anything else|something else", "notes"),
    (r"weight units?|units? of weight|unidad (?:de )?peso", "weightunit"),
    (r"y n|s n|yes no|si no", "yn"),
    (r"m f|f m|m h|h m", "mf"),
    (r"spay neuter|s n status", "spay"),
    (r"landline|telefono fijo|tel fijo", "home phone"),
    (
        r"(?:best|contact|callback|daytime|evening) (?:number|no|num)|(?:numero|num|no) (?:de )?contacto",
        "phone",
    ),
    (r"email id|mail id", "email"),
    (
        r"(?:additional|other|more|further|extra) info(?:rmation)?|(?:informacion|info) adicional|otra informacion",
        "notes",
    ),
    (r"primer apellido|apellido paterno", "apellido"),
    (r"(?:segundo apellido|apellido materno|segundo nombre|second name|middle name)", "middle"),
    (r"(?:dueno|duena|propietario|tutor) (?:de )?(?:la |su |el )?(?:mascota|animal|paciente)", "owner"),
    (r"marca temporal|time stamp|date stamp", "timestamp"),
    (
        (
            r"(?:dog cat|cat dog|perro gato|gato perro|dog or cat|cat or dog|perro o gato|gato o perro"
            r"|canine feline|canino felino)(?: other| otro)?"
        ),
        "species",
    ),
    (r"social security(?: number)?|seguro social", "ssn"),
    (r"drivers? licen[sc]e", "license"),
    (r"we should know|you would like us to know|we need to know", "we"),
)
"""Abbreviations and turns of several folded words → the one word that they stand for."""
