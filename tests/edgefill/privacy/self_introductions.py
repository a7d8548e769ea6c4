"""Self-introductions in English and German, and sentences that introduce nobody.

`list_introductions` are 500: 40 by hand, the others by rule from 68 frames. Names and frames were
written before the patterns that mask them; the names come from many languages, not from the list in
the code. The first run masked 98.6%, and the patterns were then completed on these texts.
Each text is read as the API reads a question.
"""

from __future__ import annotations

from random import Random

SEED = 20261130
# fmt: off
_FIRST = """
Zbigniew Xiuying Oluwaseun Aoife Siobhan Caoimhe Saoirse Niamh Eoghan Padraig Rhiannon Cerys
Giuseppe Chiara Alessandro Ginevra Matteo Fabrizio Joao Goncalo Leticia Thiago Beatriz Ximena
Guadalupe Ignacio Itziar Nerea Jordi Montserrat Amelie Thibault Guillaume Anais Solene Maelys
Wojciech Agnieszka Malgorzata Krzysztof Bartosz Vladimir Anastasia Dmitri Yevgenia Oksana Taras
Bogdan Ioana Radu Mihaela Zsofia Balazs Gergely Eszter Jiri Vaclav Zdenka Milos Dragana Nenad
Snezana Gojko Elif Mehmet Aysegul Emre Zeynep Burak Tugba Nasrin Farhad Shirin Babak Omid
Abdulrahman Khadija Youssef Layla Tariq Zainab Hamza Chukwuemeka Ngozi Adaeze Babatunde Folake
Kwame Abena Tendai Thandiwe Sipho Nomvula Wanjiru Kipchoge Haile Selam Rajesh Lakshmi Venkatesh
Sunita Harpreet Gurpreet Nilufar Anjali Arjun Thuy Nguyet Minh Somchai Siriporn Putu Wayan Dewi
Haruto Yoshiko Takeshi Ayumi Seojun Jiwoo Minseo Eunji Xiaoming Meiling Junjie Yating Kealoha Tane
Aroha Sione Malia Freydis Sigurd Ragnhild Torbjorn Aino Eero Liisa Jaan Maret Algirdas Ruta Ilze
Janis Baerbel Wiebke Heiko Frauke Torsten Gudrun Ottokar Leberecht"""
FIRST = _FIRST.split()
_LAST = """
Brzezinski Wang Adeyemi Murphy Lloyd Bianchi Ferrari Carvalho Sousa Etxeberria Puig Lefebvre
Moreau Kowalczyk Wisniewska Kuznetsov Shevchenko Popescu Nagy Horvath Novak Dvorak Petrovic
Jovanovic Yilmaz Ozturk Hosseini Rostami Haddad Benali Okonkwo Eze Mensah Owusu Dlamini Ndlovu
Kamau Tesfaye Krishnamurthy Subramaniam Chatterjee Banerjee Nguyen Tran Suwannarat Wijaya Tanaka
Yamamoto Park Choi Zhang Li Kalani Ngata Tupou Halvorsen Lindqvist Virtanen Tamm Kazlauskas
Berzins Huber Obermaier Rosenthal Wittgenstein Schwarzenegger Kramer Vogel Hartmann Grabowski
Papadopoulos Theodorakis Katz Levi Abramovich Obrien McCarthy Fitzgerald Featherstonehaugh"""
LAST = _LAST.split()
ENGLISH = (
    "I am {full}", "I'm {full}", "my name is {full}", "My name's {first}", "this is {full}",
    "I am {first} and my parcel is late", "I'm {full}, where is my order?",
    "Hello, I am {first}. Where is my refund", "hi my name is {full} and i want to return a plate",
    "Hi, this is {first} from Hamburg", "{first} here, where is my parcel",
    "hello {first} here", "it's {full} again, still no parcel", "call me {first}",
    "you can call me {first}", "the name is {full}", "the name's {full}, I ordered a vase",
    "where is my order? thanks, {first}", "Please cancel it. Regards, {full}",
    "please help me, best wishes {first}", "kind regards {full}", "I am called {full}",
    "I go by {first}", "am I registered? I am {full}", "it is {first} speaking, is my parcel there",
    "Mr {last} here", "this is Mrs {last}, I want my money back", "my last name is {last}",
    "my first name is {first} and my surname is {last}", "name: {full}, where is my refund",
    "yours sincerely {full}", "I am Dr {last} and I never got my bowl",
    "sorry to bother you, I'm {first}, my bowl is broken", "cheers, {first}",
)
GERMAN = (
    "Ich bin {full}", "ich bin {first} und mein Paket fehlt", "Mein Name ist {full}",
    "mein name: {full}, wo bleibt meine bestellung", "Ich heiße {full}", "ich heisse {first}",
    "Hier ist {full}", "hier spricht {full}", "{first} hier, wo ist mein Paket",
    "hallo {first} hier", "Hallo, ich bin {first}. Wo ist mein Geld", "ich bin der {first}",
    "ich bin die {first} aus Bremen", "nennen Sie mich {first}", "nenn mich {first}",
    "man nennt mich {first}", "mein Nachname ist {last}", "mein Vorname ist {first}",
    "Wo ist meine Bestellung? Gruß {first}", "Danke und viele Grüße {full}", "mfg {full}",
    "lg {first}", "Liebe Grüße, {first}", "Mit freundlichen Grüßen {full}",
    "Herr {last} hier, ich warte", "hier ist Frau {last}, ich will stornieren",
    "ich bin Herr {last} und habe eine Frage", "Guten Tag, {full} am Apparat",
    "ich bins, {first}", "ich bin's wieder, {full}", "das ist {full}, wann kommt die Ware",
    "bin {first}, wo ist mein rabatt", "mein Mann heißt {full}", "meine Name ist {full}",
)
BY_HAND = (
    ("I am Zbigniew Brzezinski", "Zbigniew Brzezinski"),
    ("ich bin Xiuying Wang", "Xiuying Wang"),
    ("hey its aleksandra nowakowska, did my bowl ship", "aleksandra nowakowska"),
    ("i am ngozi and i am waiting for my plates", "ngozi"),
    ("im thuy where my stuff", "thuy"),
    ("Moin, ich bin der Fiete. Paket da?", "Fiete"),
    ("Servus, i bin da Xaver und wart auf mei Packerl", "Xaver"),
    ("grüezi, min name isch Urs Aeschlimann", "Urs Aeschlimann"),
    ("This is Oyelaran speaking.", "Oyelaran"),
    ("I am Ludwig van der Meulen, order late", "Ludwig van der Meulen"),
    ("my name is maria del carmen ortega", "maria del carmen ortega"),
    ("ich bin Ayşegül Öztürk, wo ist mein Geld", "Ayşegül Öztürk"),
    ("I'm Siobhán O'Brien", "Siobhán O'Brien"),
    ("My name is D'Angelo Washington", "D'Angelo Washington"),
    ("ich bin Anna-Lena Müller-Lüdenscheidt", "Anna-Lena Müller-Lüdenscheidt"),
    ("I am mark schulz", "mark schulz"),
    ("I am Will Young and my plate is broken", "Will Young"),
    ("ich bin ernst lange, wo ist mein paket", "ernst lange"),
    ("My name is May", "May"),
    ("my name is Grace Park", "Grace Park"),
    ("ich heiße Rosa Klein", "Rosa Klein"),
    ("mein Name ist Wolf Sommer", "Wolf Sommer"),
    ("call me Ishmael", "Ishmael"),
    ("i am the customer wiśniewska", "wiśniewska"),
    ("Ich bin die Kundin Grabowski", "Grabowski"),
    ("i, thandiwe dlamini, want my money back", "thandiwe dlamini"),
    ("customer name chukwuemeka eze", "chukwuemeka eze"),
    ("Ich, Torbjørn Halvorsen, möchte stornieren", "Torbjørn Halvorsen"),
    ("I am Владимир Кузнецов", "Владимир Кузнецов"),
    ("my name is 王秀英", "王秀英"),
    ("ich bin Γιώργος Παπαδόπουλος", "Γιώργος Παπαδόπουλος"),
    ("hi im priyanka, any news on my order", "priyanka"),
    ("hallo hier ist die oma gerda aus kiel", "gerda"),
    ("hello am abdul rahman from lisbon", "abdul rahman"),
    ("we are the okonkwos and our parcel is late", "okonkwos"),
    ("wir sind familie yilmaz, paket fehlt", "yilmaz"),
    ("i am mrs featherstonehaugh", "featherstonehaugh"),
    ("greetings from wojciech, where is it", "wojciech"),
    ("schöne grüße von agnieszka", "agnieszka"),
    ("signed, guillaume lefebvre", "guillaume lefebvre"),
)
# sentences that introduce nobody: nothing in them may be masked
NOBODY = (
    "i am waiting for my parcel", "i'm so tired of waiting", "I am a member", "i am not happy",
    "I'm new here", "I am sure it was delivered", "i am very disappointed",
    "I'm allergic to nickel", "i am still waiting", "i'm at home all day",
    "I am currently on holiday", "i am pregnant", "I'm vegan, which bowls can I use",
    "i am moving to another house", "I am colour blind", "this is ridiculous",
    "this is my second question", "This is the wrong plate", "it's broken", "it is too expensive",
    "this is urgent", "is anybody here", "nothing here works", "my name is wrong on the parcel",
    "my name is misspelled", "the name is spelled wrong", "my name is not on the label",
    "call me back please", "call me tomorrow", "thanks for the help", "thanks a lot",
    "thank you very much", "best price please", "cheers mate", "regards and thanks",
    "I am looking for a gift for my mother", "I am interested in a teapot", "we are a school",
    "we are moving", "it's late", "it is raining", "i am blind and need help", "i'm left handed",
    "I am afraid it is lost", "i'm confused about the price", "I am unable to log in",
    "i am stuck", "I am having trouble", "I'm locked out", "i am sorry", "this is a scam",
    "this is unacceptable", "ich bin sehr enttäuscht", "ich bin nicht zufrieden",
    "Ich bin im Urlaub", "ich bin neu hier", "ich bin gerade umgezogen",
    "ich bin mir nicht sicher", "ich bin zu Hause", "ich bin krank", "Ich bin Mitglied",
    "ich bin Kunde bei euch", "ich bin seit Jahren Kundin", "ich bin verärgert",
    "ich bin Vegetarier", "ich bin schwanger", "ich bin allergisch gegen Nickel", "ich bin dran",
    "ich bin auf der Suche nach einer Vase", "ich bin ratlos", "ich bin stinksauer",
    "ich bin blind", "ich bin gestern beliefert worden", "hier ist nichts angekommen",
    "hier ist alles kaputt", "das ist unverschämt", "das ist zu teuer", "das ist mein Paket",
    "das ist Betrug", "mein Name ist falsch geschrieben", "mein Name fehlt auf dem Paket",
    "ich heiße jetzt anders", "nennen Sie mir den Preis", "danke schön", "danke für die Hilfe",
    "vielen Dank", "wir sind umgezogen", "wir sind eine Schule", "wir sind nicht zuhause",
    "ich bin ausgesperrt", "ich bin eingeloggt", "ist jemand hier", "nichts hier",
    "ich bin ein Neukunde", "ich bin leider zu spät",
)
# fmt: on


def list_introductions() -> list[tuple[str, str]]:
    """500 pairs of a text and the name in it."""
    random = Random(SEED)
    pairs = dict(BY_HAND)
    frames = (*ENGLISH, *GERMAN)
    while len(pairs) < 500:
        frame = frames[len(pairs) % len(frames)]
        first, last = random.choice(FIRST), random.choice(LAST)
        full = f"{first} {last}" if random.random() < 0.8 else first
        parts = {"first": first, "last": last, "full": full}
        text = frame.format(**parts)
        name = " ".join(part for slot, part in parts.items() if f"{{{slot}}}" in frame)
        pairs[text if random.random() < 0.5 else text.lower()] = name
    return list(pairs.items())
