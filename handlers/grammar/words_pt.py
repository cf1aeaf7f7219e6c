"""The Portuguese words of the line; spelled as people write them, folded when the tables are built."""

from typing import Final

LANGUAGE: Final = "pt"

PAST: Final = {
    "meeting": """reuni, me reuni, nos reunimos, reunimos, encontrei, me encontrei, encontramos, encontrei-me,
        tive reunião, tive uma reunião, tivemos reunião, tivemos uma reunião, fiz reunião, fiz uma reunião,
        almocei, almoçamos, jantei, tomei café, tomei um café, conheci""",
    "call": """liguei, telefonei, falei, conversei, ligou, me ligou, telefonou, me telefonou, falou, falamos,
        conversamos, ligamos, fiz uma ligação, fiz ligação, recebi ligação, recebi uma ligação, bati um papo""",
    "email": """mandei email, mandei um email, mandei e-mail, mandei um e-mail, enviei email, enviei um email,
        enviei e-mail, enviei um e-mail, recebi email, recebi um email, recebi e-mail, recebi um e-mail""",
    "visit": "visitei, visitamos, fui ver, fui visitar, fiz visita, fiz uma visita, passei na, passei no",
    "demo": """fiz demo, fiz uma demo, fiz a demo, apresentei, demonstrei, fiz uma apresentação, fiz uma
        demonstração""",
    "message": """mandei mensagem, mandei uma mensagem, mandei msg, mandei zap, mandei um zap, mandei whats,
        mandei whatsapp, mandei um whats, mandei um whatsapp, enviei mensagem, enviei uma mensagem, escrevi,
        escreveu, me escreveu, chamei no zap, chamei no whats, chamei no whatsapp, troquei mensagem, troquei
        mensagens""",
    "note": "anotei",
}
PLAN: Final = {
    "meeting": "reunião, reunir, encontro, encontrar, almoço com, almoçar com, café com, jantar com",
    "call": """ligar, ligação, retornar ligação, retornar a ligação, telefonar, telefonema, falar, conversar,
        retornar, ligar de volta""",
    "email": """email, e-mail, mandar email, mandar e-mail, enviar email, enviar e-mail, mandar um email, enviar
        um email""",
    "visit": "visita, visitar",
    "demo": "demo, demonstração, apresentação, apresentar",
    "message": """mensagem, msg, zap, whats, whatsapp, wpp, mandar mensagem, mandar uma mensagem, mandar zap,
        mandar um zap, mandar whats, chamar no zap, chamar no whats, escrever""",
    "note": "nota, anotação, notas",
    "follow-up": "retomar, dar retorno, fazer follow up, fazer follow-up, acompanhar, cobrar",
}
TRIED: Final = {
    "call": """tentei ligar, tentei falar, tentei contato, tentei contatar, deixei recado, deixei mensagem,
        ligação perdida, chamada perdida, sem resposta do, sem resposta da""",
}
HAD: Final = "tive, tivemos, fiz, fizemos, terminei, participei de, recebi"
HAD_WHICH: Final = "um, uma, a, o, outra, outro, nossa, minha, mais"

SENT: Final = "enviei, mandei"
SEND: Final = "enviar, mandar"
SENT_TO: Final = "para, pra, pro, p/"
SENT_TO_LAST: Final = "a, ao, à"

OPENERS: Final = "eu, nós, a gente, já, eu já, hoje eu, também, finalmente, só"
PLAN_OPENERS: Final = """preciso, preciso de, eu preciso, tenho que, tenho de, devo, vou, eu vou, vamos, lembrar
    de, falta, temos que, agendar, marcar, agendar uma, marcar uma, agendar um, marcar um, agendei, agendei uma,
    marquei, marquei uma, marquei um, combinei, combinei uma"""
AFTER_OPENERS: Final = "acabei de, acabo de, eu acabei de, acabamos de, terminei de"
FILLERS: Final = """por telefone, por zoom, pelo zoom, por whatsapp, pelo whatsapp, pelo zap, por vídeo, com, a,
    para, pra, pro, p/, c/, de, da, do, ao, à, acabei de, sobre"""
ARTICLES: Final = "o, a, os, as, um, uma"
# Says which meeting it was: kept for the note, and no name.
WHICH: Final = """técnica, técnico, comercial, rápida, rápido, presencial, online, virtual, inicial, final,
    semanal, mensal, breve, ótima, longa, curta"""
PLACES: Final = "na, no, em, nas, nos"

JOINS: Final = "e, com"
WITH: Final = "com"
COMPANY_JOINS: Final = ""
COMPANY_JOINS_IF_KNOWN: Final = "da, de, do, das, dos, na, no"
PARTICLES: Final = "da, de, do, das, dos, d', di, del"
HONORIFICS: Final = "sr, sra, srta, srs, sres, dr, dra, seu, dona, prof, profa, eng, enga, exmo, exma, d, pe, dom"

ATTEMPTS: Final = """não atendeu, não atende, não atenderam, não respondeu, não responde, não responderam, caixa
    postal, caiu na caixa postal, caixa de mensagem, sem resposta, ninguém atendeu, ninguém atende, fora de
    área, ocupado, deu ocupado, linha ocupada, deixei recado, deixei mensagem, não consegui falar, não consegui
    contato, só chama, chama e não atende, chamou e não atendeu, não apareceu, não compareceu, desligou, celular
    desligado, recusou a chamada"""
ATTEMPT_LEADS: Final = """mas, e, ainda, de novo, novamente, ela, ele, eles, elas, só, duas, três, vezes, uma,
    outra, vez, 2x, 3x, deu, caiu, na, me, outra vez, já, que, direto"""
ATTEMPT_DENIED: Final = "sobre, a, ao, à, até, do, da, de, quanto, para, pra, com"

FUNCTION_WORDS: Final = """
cliente clientes equipe time pessoal turma galera chefe alguém todos gente lead eu tu você vc ele ela nós eles
elas vocês me mim lhe nos se que quem qual quais quando onde como porque pq pois por isso isto esse essa este
esta aquele aquela aqui ali lá mas se então também tb não nao nem sim talvez obrigado obrigada obg valeu ok
beleza blz ótimo ótima bom legal perfeito oi olá bom-dia ainda já só muito mais menos bem mal sempre nunca
depois antes enquanto até desde sobre sem com para pra pro por pelo pela em no na nos nas num numa ao aos à às
o a os as um uma uns umas ou é são era eram foi foram ser estar está esta estão estava estavam tem têm tinha
teve ter há vai vão ia ir vou vem veio quer querem queria queriam quis pediu pede pediram pedindo disse diz
disseram falou fala contou conta gosta gostou gostaram precisa precisam precisava acha achou acharam pensa
pensou parece pareceu ficou fica ficaram deu dá dar fez faz fazer pegou mandou manda enviou envia ligou liga
retornou retorna respondeu responde atendeu fechou fecha fecharam assinou assina confirmou confirma aceitou
aceita recusou recusa prometeu comprou compra comprar vendeu paga pagou pagar perguntou pergunta reclamou
cancelou adiou remarcou prefere preferiu decidiu resolveu tentou tentei interessado interessada feliz pronto
pronta ocupado ocupada doente viajando fora voltou volta saiu mudou começou começa espera esperando aguarda
aguardando conversamos discutimos falamos tratamos combinamos combinado preço proposta contrato orçamento
verba desconto pedido negócio reunião novidade novidades tudo nada algo número novo nova próximo próxima
último última urgente abs att atenciosamente abraço abraços
"""

JOB_TITLES: Final = """
gerente diretor diretora dono dona comprador compradora sócio sócia sócio-diretor fundador fundadora presidente
proprietário proprietária coordenador coordenadora supervisor supervisora chefe encarregado encarregada
"""

COMPANY_MARKERS: Final = """
ltda ltd eireli mei epp cia companhia grupo filhos irmãos indústria indústrias industrial comércio comercial
padaria construtora incorporadora ferragens fazenda têxtil café cafeteria restaurante lanchonete pizzaria
churrascaria hotel pousada hospital clínica farmácia drogaria laboratório escola colégio universidade
faculdade instituto banco supermercado mercearia açougue loja lojas oficina autopeças transportes
transportadora logística consultoria contabilidade associados advogados advocacia engenharia tecnologia
soluções serviços sistemas importadora exportadora distribuidora editora gráfica agência imobiliária academia
ótica cervejaria metalúrgica usina cooperativa sindicato prefeitura fundação estúdio confecções móveis
materiais alimentos bebidas laticínios frigorífico seguros corretora papelaria livraria floricultura salão
barbearia condomínio mercado mercadinho mercearias minimercado hipermercado posto atacadão atacado atacadista
atacarejo padarias farmácias bar boteco quitanda empório adega sorveteria confeitaria doceria borracharia
marcenaria serralheria vidraçaria lavanderia clínicas petshop hortifruti concessionária
"""

REMIND: Final = "me lembra, me lembre, lembra-me, lembre-me, me avisa, me avise, me lembrar"
REMIND_BARE: Final = "lembrar, lembrete, lembra, lembre"
REMIND_LINKS: Final = "de, para, pra, que"
VALUE: Final = "valor"
STAGE: Final = "etapa, para, fase"
TAG: Final = "tag, etiqueta, marcador"
DEAL: Final = "negócio"
TOTAL_BEFORE: Final = "por"
UNIT_BEFORE: Final = "a, por"
UNIT_AFTER: Final = "cada, por, ao mês, ao ano, mensais, mensal, por mês, a unidade, o metro, a hora, anuais, anual"

SIGNATURES: Final = """atenciosamente, att, abraço, abraços, abs, cordialmente, grato, grata, saudações, um
    abraço, enviado do meu, enviado de meu"""
QUOTE_HEADERS: Final = "de:, enviado:, enviada em:, -----mensagem original, ---------- mensagem encaminhada"
WROTE: Final = "escreveu:"

PLAN_WORDS: Final = {
    "meeting": "reunião",
    "call": "ligar",
    "email": "e-mail",
    "visit": "visita",
    "demo": "demo",
    "message": "mensagem",
    "note": "nota",
}
TODAY: Final = "hoje"

# What a misspelt date is compared with.
DATE_WORDS: Final = """
segunda terça quarta quinta sexta sábado domingo amanhã hoje janeiro fevereiro março abril agosto setembro
outubro novembro dezembro
"""
