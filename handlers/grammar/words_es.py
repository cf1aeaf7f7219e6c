"""The Spanish words of the line; spelled as people write them, folded when the tables are built."""

from typing import Final

LANGUAGE: Final = "es"

PAST: Final = {
    "meeting": """reuní, me reuní, nos reunimos, me junté, nos juntamos, tuve reunión, tuve una reunión, tuvimos
        reunión, tuvimos una reunión, almorcé, almorzamos, cené, tomé café, tomé un café, conocí, me encontré,
        me vi""",
    "call": """llamé, hablé, llamó, me llamó, telefoneé, conversé, charlé, platiqué, hablamos, charlamos,
        conversamos, llamamos, habló, me habló, hice una llamada, recibí una llamada""",
    "email": """envié correo, envié un correo, mandé correo, mandé un correo, envié un email, mandé un email,
        envié un mail, mandé un mail, mandé mail, recibí un correo""",
    "visit": "visité, visitamos, pasé por, fui a ver, fui a visitar, hice una visita",
    "demo": """hice demo, hice una demo, hice la demo, di una demo, presenté, hice una demostración, hice una
        presentación""",
    "message": """escribí, le escribí, escribió, me escribió, mandé mensaje, mandé un mensaje, envié mensaje,
        envié un mensaje, mandé whatsapp, mandé un whatsapp, mandé un wasap, mandé wasap, wasapeé, whatsappeé""",
    "note": "anoté, apunté",
}
PLAN: Final = {
    "meeting": """reunión, reunirme, reunirse, reunirnos, juntarme, encontrarme, almuerzo con, comida con, cena
        con, café con""",
    "call": "llamar, llamada, hablar, telefonear, charlar, llamarle, llamarlo, llamarla",
    "email": "correo, email, mandar correo, mandar un correo, enviar correo, enviar un correo",
    "visit": "visita, visitar",
    "demo": "demo, demostración, presentación, presentar",
    "message": """mensaje, wasap, whatsapp, mandar mensaje, mandar un mensaje, enviar mensaje, enviar un
        mensaje, escribir, escribirle""",
    "note": "nota, notas, apunte",
    "follow-up": "dar seguimiento, hacer seguimiento, seguimiento, retomar",
}
TRIED: Final = {
    "call": """intenté llamar, intenté hablar, traté de llamar, dejé mensaje, dejé un mensaje, dejé recado,
        llamada perdida, sin respuesta de, sin respuesta del""",
}
HAD: Final = "tuve, tuvimos, hice, hicimos, terminé, recibí"
HAD_WHICH: Final = "un, una, la, el, otra, otro, nuestra, mi"

SENT: Final = "envié, mandé"
SEND: Final = "enviar, mandar"
SENT_TO: Final = "para"
SENT_TO_LAST: Final = "a, al"

OPENERS: Final = "yo, nosotros, ya, le, lo, la, les, se, yo le, ya le, hoy le, también, por fin"
PLAN_OPENERS: Final = """tengo que, tenemos que, debo, hay que, voy a, vamos a, necesito, toca, agendar, falta,
    agendar una, programar, programar una, agendé, agendé una, coordinar una"""
AFTER_OPENERS: Final = "acabo de, acabamos de, acabe de, recién"
FILLERS: Final = "por teléfono, por zoom, por whatsapp, por video, con, a, al, para, de, del, acabo de, sobre"
ARTICLES: Final = "el, la, los, las, un, una"
# Says which meeting it was: kept for the note, and no name.
WHICH: Final = """técnica, comercial, rápida, presencial, virtual, inicial, final, semanal, mensual, breve,
    buena, larga, corta, excelente"""
PLACES: Final = "en"

JOINS: Final = "y, e, con"
WITH: Final = "con"
COMPANY_JOINS: Final = ""
COMPANY_JOINS_IF_KNOWN: Final = "de, del, en"
PARTICLES: Final = "de, del, la, las, los, san, santa"
HONORIFICS: Final = "sr, sra, srta, srs, sres, dr, dra, don, doña, lic, ing, arq, prof, profa, d, dª"

ATTEMPTS: Final = """no contesta, no contestó, no contestan, no contestaron, no atiende, no atendió, no
    atienden, no responde, no respondió, no cogió, no coge, no lo coge, buzón, buzón de voz, saltó el buzón, sin
    respuesta, ocupado, comunica, línea ocupada, dejé mensaje, dejé un mensaje, dejé recado, nadie contesta,
    nadie contestó, fuera de cobertura, apagado, no se presentó, no apareció, no vino, colgó"""
ATTEMPT_LEADS: Final = """pero, y, aún, todavía, otra, vez, de nuevo, ella, él, ellos, me, saltó, el, al, dos,
    tres, veces, 2x, 3x, solo, sólo, le, directo, que, ya"""
ATTEMPT_DENIED: Final = "sobre, a, al, hasta, de, del, para, por, con"

FUNCTION_WORDS: Final = """
cliente clientes equipo jefe jefa gente alguien todos todas yo tú usted él ella nosotros ustedes ellos ellas
me mi le les lo nos se que quien quién cual cuando cuándo donde dónde como cómo porque pues eso esto ese esa
este esta aquel aquí allí allá pero si entonces también tampoco no ni sí quizás quizá gracias ok vale bien mal
bueno buena perfecto genial listo hola aún todavía ya solo sólo muy más menos siempre nunca después antes
mientras hasta desde sobre sin con para por en al a o u un una unos unas el los es son era eran fue fueron ser
estar está están estaba estaban tiene tienen tenía tuvo tener hay va van iba ir voy viene vino quiere quieren
quería querían quiso pidió pide pidieron pidiendo dijo dice dijeron contó cuenta gusta gustó necesita
necesitan necesitaba cree creyó piensa pensó parece pareció quedó queda quedamos dio da hizo hace hacer mandó
manda envió envía llamó llama contestó respondió responde atendió cerró cierra firmó firma confirmó confirma
aceptó acepta rechazó rechaza prometió compró compra comprar vendió paga pagó pagar preguntó pregunta canceló
pospuso aplazó prefiere prefirió decidió intentó intenté interesado interesada feliz listo lista ocupado
ocupada enfermo enferma viajando fuera volvió vuelve salió cambió empezó empieza espera esperando hablamos
acordamos discutimos precio propuesta contrato presupuesto descuento pedido negocio reunión novedad novedades
todo nada algo número nuevo nueva próximo próxima último última urgente saludos atte atentamente
"""

JOB_TITLES: Final = """
gerente director directora dueño dueña comprador compradora socio socia fundador fundadora presidente
presidenta propietario propietaria coordinador coordinadora supervisor supervisora jefe jefa encargado encargada
"""

COMPANY_MARKERS: Final = """
ltda cia compañía grupo hijos hermanos industria industrias industrial comercio comercial comercializadora
panadería constructora ferretería hacienda textil textiles café cafetería restaurante pizzería parrilla hotel
hostal hospital clínica farmacia droguería laboratorio laboratorios escuela colegio universidad facultad
instituto banco supermercado supermercados carnicería tienda tiendas almacén almacenes taller autopartes
repuestos transportes logística consultoría consultores asociados abogados ingeniería tecnología tecnologías
soluciones servicios sistemas importadora exportadora distribuidora editorial imprenta agencia inmobiliaria
gimnasio óptica cervecería metalúrgica cooperativa sindicato fundación estudio muebles alimentos bebidas
mercado minimercado hipermercado mercadito tlapalería abarrotes bodega panificadora pastelería heladería
lavandería vidriería verdulería mueblería zapatería joyería tintorería gasolinera taquería mayorista posada
lácteos frigorífico seguros aseguradora papelería librería florería peluquería
"""

REMIND: Final = """recuérdame, recuérdeme, recordame, recuérdanos, me recuerdas, avísame, avisame, hazme
    acordar, haceme acordar, ponme un recordatorio"""
REMIND_BARE: Final = "recordar, recordatorio, recuerda"
REMIND_LINKS: Final = "de, para, que, a"
VALUE: Final = "valor"
STAGE: Final = "etapa, para, fase"
TAG: Final = "tag, etiqueta"
DEAL: Final = "negocio"
TOTAL_BEFORE: Final = "por"
UNIT_BEFORE: Final = "a, por"
UNIT_AFTER: Final = "cada, por, al mes, al año, mensuales, mensual, por mes, la unidad, la hora, anuales, anual, c/u"

SIGNATURES: Final = """atentamente, atte, saludos, un saludo, cordialmente, saludos cordiales, un abrazo,
    cordiales saludos, enviado desde mi"""
QUOTE_HEADERS: Final = "de:, enviado:, enviado el:, -----mensaje original, ---------- mensaje reenviado"
WROTE: Final = "escribió:"

PLAN_WORDS: Final = {
    "meeting": "reunión",
    "call": "llamar",
    "email": "correo",
    "visit": "visita",
    "demo": "demo",
    "message": "mensaje",
    "note": "nota",
}
TODAY: Final = "hoy"

# What a misspelt date is compared with.
DATE_WORDS: Final = """
lunes martes miércoles jueves viernes sábado domingo mañana enero febrero marzo abril agosto septiembre
octubre noviembre diciembre
"""
