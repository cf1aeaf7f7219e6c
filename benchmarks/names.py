"""People and companies in three languages, the common ones as common as they are: drawn from word lists."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

_GIVEN_EN = """
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica
Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Sandra Anthony Betty Mark Ashley Donald Emily
Steven Kimberly Andrew Margaret Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa Timothy Deborah
Ronald Stephanie George Rebecca Jason Sharon Edward Laura Jeffrey Cynthia Ryan Dorothy Jacob Amy Nicholas Kathleen
Gary Angela Eric Shirley Jonathan Emma Stephen Brenda Larry Pamela Justin Nicole Scott Anna Brandon Samantha
Benjamin Katherine Samuel Christine Gregory Debra Alexander Rachel Patrick Carolyn Frank Janet Raymond Maria Jack
Olivia Dennis Heather Jerry Helen Tyler Catherine Aaron Diane Henry Julie Adam Victoria Nathan Joyce Zachary Lauren
Walter Kelly Peter Christina Harold Joan Kyle Evelyn Noah Judith Ethan Megan Jeremy Hannah Christian Andrea Keith
Cheryl Sean Grace Austin Teresa Roger Gloria Terry Sara Gerald Janice Lawrence Madison Dylan Julia Jesse Abigail
Bryan Jean Joe Kathryn Jordan Billy Bruce Alice Albert Willie Gabriel Logan Theresa Alan Sophia Juan Frances Wayne
Denise Roy Amber Ralph Doris Randy Danielle Eugene Isabella Vincent Brittany Russell Diana Louis Natalie Bobby Rose
Philip Charlotte Johnny Marie
"""
_GIVEN_PT = """
Maria José Ana João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Luís Gabriel Rafael Daniel Marcelo Bruno
Eduardo Felipe Raimundo Rodrigo Manoel Mateus André Fernando Fábio Leonardo Gustavo Guilherme Leandro Tiago Anderson
Ricardo Márcio Jorge Sebastião Alexandre Roberto Edson Diego Vítor Sérgio Cláudio Matheus Thiago Geraldo Adriano
Luciano Júlio Renato Alex Vinícius Rogério Samuel Ronaldo Mário Flávio Igor Douglas Davi Manuel Jeferson Cícero
Everton Caio Henrique Otávio Murilo Danilo César Nelson Wagner Hugo Rui Nuno Gonçalo Duarte Tomás Afonso Bernardo
Joaquim Adriana Francisca Antônia Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda Bruna Jéssica Letícia
Júlia Luciana Vanessa Mariana Gabriela Vera Vitória Larissa Cláudia Beatriz Rita Luana Sônia Renata Eliane Josefa
Simone Natália Cristiane Carla Débora Rosângela Jaqueline Rosa Daniela Aparecida Marlene Terezinha Raimunda Andreia
Fabiana Lúcia Raquel Ângela Rafaela Joana Luzia Elaine Daniele Regina Daiane Alessandra Isabela Bianca Priscila
Tatiane Viviane Helena Cecília Sofia Inês Margarida Leonor Matilde Carolina Catarina Teresa Rosana Sueli Ivone
Solange Michele Elisângela Célia Lívia Yasmin
"""
_GIVEN_ES = """
María Carmen Antonio José Manuel Francisco Juan David Javier Daniel Jesús Carlos Miguel Alejandro Rafael Pedro Pablo
Ángel Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Enrique Ramón Vicente Iván Rubén Óscar Andrés
Joaquín Santiago Eduardo Víctor Roberto Jaime Mario Ignacio Alfonso Salvador Ricardo Marcos Jordi Emilio Julián
Julio Guillermo Gabriel Tomás Agustín Félix Gonzalo Ismael Joan Cristian Mohamed Nicolás Sebastián Hernán Facundo
Matías Leandro Ezequiel Ramiro Esteban Rodrigo Mauricio Gerardo Hugo Arturo Héctor Armando Ernesto Rogelio Horacio
Gustavo Ana Josefa Isabel Dolores Pilar Teresa Rosa Cristina Laura Mercedes Elena Marta Lucía Francisca Antonia
Luisa Sara Paula Rosario Juana Concepción Raquel Manuela Beatriz Eva Patricia Rocío Belén Silvia Julia Alba Andrea
Irene Victoria Montserrat Sandra Encarnación Mónica Ángela Yolanda Natalia Sonia Alicia Margarita Marina Sofía
Amparo Susana Gloria Inmaculada Nuria Inés Lorena Consuelo Emilia Esther Carolina Verónica Noelia Claudia Gabriela
Valentina Camila Ximena Fernanda Guadalupe Alejandra Daniela Mariana Adriana Leticia Norma Graciela Mirta Viviana
Florencia Micaela Soledad Agustina Martina Renata Regina
"""
_FAMILY_PT = """
Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho Almeida Lopes
Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado Mendes Freitas Cardoso
Ramos Gonçalves Santana Teixeira Araújo Moura Cavalcanti Pinto Melo Barros Campos Batista Monteiro Reis Castro Cunha
Correia Azevedo Borges Moraes Medeiros Nogueira Farias Coelho Duarte Guimarães Xavier Sampaio Tavares Brito Peixoto
Amaral Siqueira Bezerra Queiroz Assis Magalhães Figueiredo Fonseca Neves Matos Miranda Pires Macedo Viana Leite Leal
Pacheco Dantas Rezende Porto Bastos Braga Lacerda Vasconcelos Maia Torres Aguiar Antunes Esteves Paiva Paixão Toledo
Camargo Prado Serra Pinheiro Simões Abreu Bittencourt Furtado Chaves Cordeiro Domingues Evangelista Falcão Garcia
Henriques Jardim Junqueira Lobo Loureiro Menezes Mesquita Mota Negrão Novaes Ornelas Padilha Parente Pessoa Pimentel
Portela Quintana Rangel Rios Sales Salgado Seixas Severo Tenório Trindade Valente Vargas Veloso Vidal Vilela Zanella
Bianchi Ricci Colombo Moretti Schmidt Müller Weber Hoffmann Klein Tanaka Sato Nakamura Yamamoto Kowalski Nowak
Wójcik Haddad Nasser Sabbag Cury Ferrari Bertolini Zanetti Boaventura Sacramento Conceição Espírito Patrocínio
Anunciação Ventura Vilar Frade Godinho Gouveia Leitão Marinho Quaresma Raposo Sequeira Tomé
"""
_FAMILY_ES = """
García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno
Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina
Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos
Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Márquez Herrera Peña Flores Cabrera Campos Vega
Fuentes Carrasco Díez Caballero Reyes Nieto Aguilar Pascual Santana Herrero Lorenzo Montero Hidalgo Giménez Ibáñez
Ferrer Durán Santiago Benítez Mora Vicente Vargas Arias Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler
Parra Esteban Bravo Gallardo Rojas Pardo Merino Franco Espinosa Lara Izquierdo Rivas Rivera Casado Arroyo Camacho
Redondo Silva Vera Otero Luque Montes Ríos Sierra Segura Carrillo Marcos Bernal Soriano Robles Palacios Valero
Mendoza Bermejo Benito Macías Varela Villar Pacheco Miranda Roldán Mateo Beltrán Guillén Escudero Menéndez Trujillo
Rey Aranda Salazar Acosta Bustos Cáceres Ledesma Figueroa Ponce Godoy Sosa Ojeda Villalba Quiroga Maldonado Paredes
Correa Leiva Aguirre Cardozo Juárez Chávez Guzmán Salas Zamora Orozco Cervantes Zúñiga Arellano Barrera Solís Tapia
Rosales Galván Trejo Ochoa Villanueva Avendaño Bermúdez Cuenca Echeverría
"""
_FAMILY_EN = """
Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson Lee Thompson White Harris Clark
Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Campbell Mitchell Carter
Roberts Phillips Evans Turner Parker Edwards Collins Stewart Morris Murphy Cook Rogers Morgan Peterson Cooper Reed
Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray James Hughes Price Myers Long Foster
Sanders Ross Powell Sullivan Russell Jenkins Perry Butler Barnes Fisher Henderson Coleman Simmons Patterson Jordan
Reynolds Hamilton Graham Kim Griffin Wallace Cole West Hayes Chen Nguyen Patel Singh Khan Cohen Levy Murray Ford
Marshall Owens McDonald Harrison Woods Kennedy Wells Henry Freeman Webb Tucker Burns Crawford Olson Simpson Porter
Hunter Gordon Shaw Snyder Mason Dixon Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Stone Warren Fox Rose
Rice Mills Daniels Grant Ferguson Ryan Knight Spencer Perkins Dunn Stephens
"""
_ENGLISH_STARTS = """
Ash Beck Black Brad Bran Brook Burn Cald Carl Chat Clay Clif Cole Cran Dar Dun East El Fair Far Gar Glen Green Hal
Ham Har Hart Hay Hazel Hol Kel King Lang Law Lin Long Mar Mer Mid New Nor North Oak Ox Park Pem Rad Red Rock Row
Rush Sel Shel Sher Stan Stock Sut Swan Thorn Wake Wal War Wat Well West Whit Wild Win Wood Wyn
"""
_ENGLISH_ENDS = """
bank berry born bourne bridge brook burn bury by combe dale den field ford gate grave ham hill holm hurst land ley
low man mere more mouth ridge shaw side smith stead stone ton ville water well wick wood worth
"""

_FIRMS_EN = """
Anchor Apex Arrow Aspen Atlas Aurora Beacon Birch Bluebird Bridge Canyon Cedar Cobalt Compass Copper Coral Crescent
Crown Delta Dolphin Eagle Ember Evergreen Falcon Fern Flint Frontier Galaxy Garnet Glacier Granite Harbor Hawthorn
Heron Horizon Ironwood Ivory Jasper Juniper Keystone Lantern Lark Laurel Lighthouse Magnolia Maple Marble Meadow
Mercury Meridian Monarch Nimbus Northgate Oakmont Obsidian Onyx Orchard Orion Osprey Pacific Palisade Pelican
Phoenix Pinnacle Pioneer Prairie Quartz Raven Redwood Ridge River Rosewood Saffron Sapphire Sequoia Sierra Silver
Solstice Sparrow Spruce Sterling Summit Tamarack Tempest Thistle Timber Titan Topaz Trident Tundra Union Valley
Vanguard Velvet Vista Walnut Westbrook Willow Zenith Zephyr
"""
_FIRMS_PT = """
Aliança Alvorada Amizade Andorinha Araucária Atlântica Avenida Bandeirante Beija-Flor Boa Vista Brasil Cachoeira
Capixaba Cerrado Colina Colmeia Corcovado Cruzeiro Diamante Dourada Elo Esmeralda Esperança Estrela Farol Fênix Flor
Floresta Fonte Girassol Guanabara Horizonte Imperial Independência Ipanema Ipê Itália Jacarandá Jardim Lua Luz
Mangueira Mantiqueira Marajó Mineira Moderna Montanha Nova Oceano Oliveira Ouro Palmeira Pampa Pantanal Paraíso
Paulista Pérola Pioneira Planalto Ponte Porto Primavera Progresso Real Ribeira Rubi Sabiá Safira Santa Clara São
Bento São Jorge São José Serrana Sol Nascente Tropical Tucano União Universo Vale Verde Videira Vitória
"""
_FIRMS_ES = """
Aconcagua Águila Alameda Almendro Amanecer Andina Araucano Arrayán Atalaya Aurora Azahar Bella Vista Buenos Vientos
Cóndor Caracol Castilla Catedral Ceibo Central Cerro Colibrí Córdoba Cordillera Cumbre Delta Diamante Dorado Encina
Escorial Estrella Faro Fénix Fortuna Fuego Fuente Gaviota Girasol Guadiana Horizonte Huerta Imperial Jacinto Jardín
Laguna Lince Litoral Lucero Madrugada Mapocho Mar Azul Mediterráneo Mirador Molino Montaña Morelos Naranjo Nevado
Nogal Norte Océano Olivo Olmo Oriente Pacífico Palermo Palmera Pampero Paraná Pinar Plata Plaza Pradera Puerto
Quebracho Quetzal Ribera Roble Rosales Sauce Sendero Sierra Solana Sur Tajo Torre Trébol Trigal Unión Valle Viñedo
Volcán Zafiro
"""
_TRADES_EN = """
Analytics Bakery Brewing Builders Capital Clinic Consulting Dental Design Electric Energy Farms Foods Freight Group
Hardware Health Hotels Industries Insurance Labs Legal Logistics Marine Media Motors Optics Partners Pharma Plastics
Printing Properties Robotics Security Software Solutions Steel Studios Supply Systems Textiles Tools Travel Ventures
"""
_TRADES_PT = """
Academia Alimentos Auto Peças Café Calçados Clínica Confecções Construtora Contabilidade Distribuidora Drogaria
Editora Embalagens Engenharia Escola Farmácia Fazenda Ferragens Floricultura Gráfica Hotel Imobiliária Indústria
Informática Joalheria Laboratório Livraria Logística Madeireira Metalúrgica Móveis Ótica Padaria Papelaria Pousada
Restaurante Supermercado Têxtil Transportadora Turismo Usina Vidraçaria Vinícola
"""
_TRADES_ES = """
Aceros Agencia Alimentos Almacenes Bodega Cafetería Carpintería Cerámica Clínica Colegio Comercial Constructora
Consultora Distribuidora Droguería Editorial Embotelladora Estudio Exportadora Farmacia Ferretería Florería
Frigorífico Ganadera Hacienda Hotel Imprenta Inmobiliaria Joyería Laboratorio Librería Maderera Minera Mueblería
Óptica Panadería Papelera Pinturería Repuestos Restaurante Seguros Talleres Textil Transportes Turismo Viña
"""
_FORMS = {
    "en": ("", "", " Inc", " Ltd", " LLC"),
    "pt": ("", "", " Ltda", " S.A.", " ME"),
    "es": ("", "", " S.A.", " S.L."),
}
LANGUAGES = ("en", "pt", "es")


@dataclass(frozen=True, slots=True)
class _Words:
    """Words to draw from, the first ones oftener: the n-th has the weight 1 / (n + a few)."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self.words, cum_weights=self.weights)[0]


def _common_first(words: Sequence[str]) -> _Words:
    return _Words(tuple(words), tuple(accumulate(1 / (n + 12) for n in range(len(words)))))


@cache
def _lists() -> dict[str, _Words]:
    english = _FAMILY_EN.split() + [start + end for end in _ENGLISH_ENDS.split() for start in _ENGLISH_STARTS.split()]
    return {
        "given en": _common_first(_GIVEN_EN.split()),
        "given pt": _common_first(_GIVEN_PT.split()),
        "given es": _common_first(_GIVEN_ES.split()),
        "family en": _common_first(english),
        "family pt": _common_first(_FAMILY_PT.split()),
        "family es": _common_first(_FAMILY_ES.split()),
    }


def person(chance: random.Random, language: str) -> str:
    """Return a full name: English ones with one family name, the others mostly with two."""
    lists = _lists()
    given, family = lists[f"given {language}"], lists[f"family {language}"]
    if language == "en":
        middle = f" {given.draw(chance)}" if chance.random() < 0.2 else ""
        return f"{given.draw(chance)}{middle} {family.draw(chance)}"
    second = f" {given.draw(chance)}" if chance.random() < 0.15 else ""
    joint = " da" if language == "pt" and chance.random() < 0.1 else ""
    last = f" {family.draw(chance)}" if chance.random() < 0.85 else ""
    return f"{given.draw(chance)}{second}{joint} {family.draw(chance)}{last}"


def company(chance: random.Random, language: str) -> str:
    """Return a company's name, which may be another's too."""
    return _COMPANIES[language](chance) + chance.choice(_FORMS[language])


def _english_company(chance: random.Random) -> str:
    first = chance.choice(_FIRMS_EN.split())
    second = _lists()["family en"].draw(chance) if chance.random() < 0.5 else chance.choice(_FIRMS_EN.split())
    return f"{first} {second} {chance.choice(_TRADES_EN.split())}"


def _portuguese_company(chance: random.Random) -> str:
    second = _lists()["family pt"].draw(chance)
    return f"{chance.choice(_TRADES_PT.split())} {chance.choice(_FIRMS_PT.split())} {second}"


def _spanish_company(chance: random.Random) -> str:
    second = _lists()["family es"].draw(chance)
    return f"{chance.choice(_TRADES_ES.split())} {chance.choice(_FIRMS_ES.split())} {second}"


_COMPANIES: dict[str, Callable[[random.Random], str]] = {
    "en": _english_company,
    "pt": _portuguese_company,
    "es": _spanish_company,
}


def given(chance: random.Random) -> str:
    return _lists()["given en"].draw(chance)
