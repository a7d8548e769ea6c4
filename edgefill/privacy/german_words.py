"""German words that do not start a name: for masking, see introductions.py.

Written for this project, with the words of the demo shop's own questions and texts; casefolded.
"""

_WORDS = """
ab abbestellen abbo abends aber abgeben abgebucht abgegeben abgeholt abgelehnt abgelenkt
abgereist abgeschickt abgeschlossener abgestellt abgestürzt abhohlung abholbereit abholen
abholfrist abholort abholstation abholung abhängig abo abolaufzeit aboverlängerung abschicken
abschliessen absender abwesend acc acht achtzig ahnung aktion aktionen aktiv aktuelle aktuellen
aktueller albern albtraum alle allein alleine allen allerdings allergiker allergikerin allergisch
alles alptraum als alt alte alter andere anderen anderer anderes anders andersrum angebot
angebote angefangenen angegeben angekommen angekommenes angekündigt angemeldet angenehm
angenommen angereist angerissen angerufen angeschaut angewiesen ankunftszeit anmedlung anmeldung
annehmen anonym anscheinend ansehen ansonsten antwort anwalt anweisungen anwältin anzeigen
anzuschauen arbeit arbeiten arbeitet arbeitslos arbeitsunfähig arm artikel arzt asthmatiker
atemlos auch auf aufgebracht aufgefordert aufgehört aufgelöst aufgeregt aufgestanden aufgewachsen
aufgewacht aufmacht aufmerksam aus ausbezahlt ausdrucken ausgeliefert ausgeloggt ausgerutscht
ausgeschlossen ausgesperrt ausgewandert ausgezogen ausländer auspacken aussage ausser ausserdem
aussuchen aussuchst australien ausverkauf ausverkauft ausverkaufte ausverkauften ausverkauftes
automatisch automatische bald barfuss beantrage beantwortet bearbeitet beauftragt becher bedient
bedrückt bedürftig beeilen beeindruckt beenden befehle befreundet befugt begeistert begeisterte
begrüssung begrüssungsgeschenk behindert bei beim bekomme bekommen bekommst belastet beleg
beleidigt beliebt beliefert belogen bemüht benutzt berechtigt bereit bereits berufstätig
berufsunfähig beruhigt bescheid beschweren beschäftigt beschämt besitzer besitzerin besonders
besorgt beste bestelle bestellt bestellte bestellung bestelung besten bestes bestimmte bestohlen
bestseller bestätigen bestürzt betrag betroffen betrogen betrug bettlägerig beunruhigt bevor
bewerten bewertung bewertungsformular bewusst bezahlen bezahlt beziehungsweise beängstigt
billiger bin bis bisher bisschen bist bitte blaue blauen bleiben blitzangebot blockiert blöd
blödsinn bonusprogramm bonuspunkte bord bote brauch brauche braucht braun breit brille bringt
bruder buch buchhalter bzw bäcker böse chaos chefin ciao computer cousine da dabei dabeigewesen
dafür dagegen daheim daher damals damit danach dank dankbar danke dankeschön dann daran darauf
darf darum darüber das dass daten datum dauert davon davor dazu dazwischen dein deine deinem
deinen deiner deines dem demnächst den denen denke denn depressiv der derjenige derzeit des
deshalb deswegen deutlich deutsch deutsche deutscher dezember diabetiker diabetikerin dich dick
die diejenige dienstag diese diesen dieser dieses ding dir direkt doch donnerstag doof dort dran
drauf draussen drei dreimal dreissig drin dringend dritte drüben du dumm dunkel durch durchaus
durcheinander durstig däne dänin dürfen ebbe eben echt egal ehefrau ehemalig ehemalige ehemaliger
ehemann eher ehrliche ei eigentlich eigentümer eilig ein einarmig eine einem einen einer eines
einfach eingehalten eingeladen eingeloggt eingeschlafen eingeschränkt eingestiegen eingetroffen
eingewandert eingezogen eingravieren einkauf einkaufen einkaufskorb einkaufswagen einkäufer
einloggen einlösen einmal einrichten einsam einschalten einverstanden einzug elektriker elf
eltern emfehlung empfehlen empfehlt empfehlungen empfänger empfängerin empört ende endet endkunde
endlich engagiert engländer engländerin enkel enkelin enkelkind entlassen entschieden
entschlossen entschuldigt entsetzt entspannt enttäuschend enttäuscht enttäuschte enttäuschter
epileptiker er erbe erbin erbärmlich erfahrungsbericht erfolgreich erfreut erhaeltlich erhalten
erhältlich erinnert erkältet erlebnis erleichtert ernsthaft erreichbar erschrocken
erschwinglicher erschöpft erst erstattet erstattung erstatung erstaunt erstbestellerrabatt erste
erstellt ersten erster erwachsen erwartet erzähl erzählen es etwa etwas euch euer eure euren
eurer europäer ewigkeiten extrem fahrer fahrradreifen faktor falsch falsche familie fange farbe
farbenblind farblos fassungslos faul favoriten februar fehlen fehler fehlt fertig fest feucht
filiale finde firma flexibel flicken flug flut fortgegangen fortsetzen fotograf fotografin frag
frage franzose französin frau frech frechheit frei freitag fremden fremder fremdes freude freunde
freundeskreis freundin freundlich freundliche freundlichen frisch frist froehlich froh frueh
frustriert früh früher früheste frühestens fuer furchtbar fussballspiel fällig fälliges fünf
fünfzig für fürchterlich fürs ganz ganze ganzen gar garantie garantiefall gast gebe geben gebeten
geblieben geboren gebracht gebraucht gebrochen gebürtig gebürtige gedacht gedicht geduldig
gefahren gefallen gefangen geflogen gefragt gefroren gefrustet gefunden gefährlich gefällt
gegangen gegen gegenteil gegessen geglaubt gehabt gehackt gehandicapt gehbehindert gehen gehofft
geholfen geht gehts gehörlos gehört geimpft geizig gekapert gekauft gekauften gekauftes geklaut
geknackt gekommen gekündigt gelangweilt gelaufen gelb geld gelegen gelegt gelernt gelernte
gelernter gelesen geliefert gelten gemacht gemein gemeinsam gemeint gemerkte genau genaue genauso
genehmige geneigt genervt genommen genug geplant geplante geplanten geplanter geplauder gerade
geraet gerannt gerissen gern gerät gesagt gesammelt gescheitert geschenk geschenkgutschein
geschenkideen geschenkkarten geschenktipp geschickt geschieden geschmack geschockt geschrieben
geschwister geschädigt geschäft geschäftlich gesehen gesenkt gesessen gespannt gespeichert
gesperrt gestanden gestellt gestern gestohlen gestorben gestresst gestürzt gesucht gesund
gesunken getan getauscht getrennt getrunken gewartet gewesen gewillt gewinner gewohnt gewonnen
geworden gewusst gewöhnt gezahlt gezeigt gezwungen geändert gib gibt gibts gilt ging glasur glaub
gleich gleichzeitig glänzend glücklich gnädig goldstatus gottseidank grad grade grandios grau
grauenhaft grausam grenzen grieche griechin gross grund grundsätzlich gruss grösseren grösseres
grün gründer grüsse guenstiger gut gute guten gutgeschrieben gutgläubig gutschein gutscheincode
gutschrift gärtner gültig günstig günstiger haarig hab habe haben habs habt hafen hallo
handwerker harmoniert hart hartnäckig hast hat hatte hatten hauptstadt hause hausfrau hausmann
hausnummer heben hebt heidenfroh heimgekommen heimlich heiser heiss heisst hektisch helfen
hergestellt herr herrn herzlich herzliche herzlichen heute hier hiermit hilf hilfe hilfeseite
hilflos hilfreich hin hinfort hingefallen hinten hinter hintergangen hinterlegen hinweis
hinzufuegen hinzufügen hoch hocken hoffe hoffentlich hole holen holländer huebschem hundert
hunger hungrig hä händler händlerin hängengeblieben hässlich hätte höchst höflich höhe hört ich
ichs ideen idiot ignoriere ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres immer informiert inhalt
insgesamt interessent interessentin interessiert irgendwann irgendwas irgendwelche irgendwer
irgendwie irgendwo irritiert ist italiener ja jahr jahre jahrelang januar japanisch jede jeden
jedenfalls jeder jederzeit jedes jedoch jemand jemanden jene jetzt journalistin juli jung junge
juni jünger kaffee kaffeeabo kaffeetarif kalt kam kann kanne kannst kaputt kaputtgegangen karte
karton kasse katastrophe kauf kaufen kaum kein keine keinem keinen keiner keins kellner kellnerin
kenne kennen kennt keramik kinder klar klasse klebrig klein kleine kleiner kleines klingelt klug
knapp koch koche koennte kohle kolektionen komisch komm komme kommen kommentiere kommt komplett
konsterniert kontaktiert konto kontostand korb korrigieren kosten kostet krank kreativ krieg
kriege krumm kunde kunden kundenbewertung kundenkonto kundenservice kundin kurz kurze käufer
käuferin köchin können könnt könnte könnten könntet küche kündigen künstler künstlerin kürzlich
lachhaft laden lager lagerbestand lampe landwirt lang lange langjährig langjährige langjähriger
langsam lassen lasst laufzeit laut ledig lediglich leer legastheniker lehrer lehrerin leid leider
leise letzte letzten letztens letzter letztes leute lg lieb liebe lieber liebhaber lieblingsstück
liebsten liebt lieferadresse lieferbar lieferfenster liefern liefert liefertermin lieferung
lieferverzug lieferwagen lieferzeitfenster liegen liegt linkshänder linkshänderin linkshändig
lissabon llega locker loggt lohnt los losgeschickt lustig lächerlich länger längst läuft löschen
löse mache machen macht machtlos mag mai mailadresse mal mama manchmal mann maschine masslos
material meer mehr mehrere mehrwertsteuer meine meinem meinen meiner meinetwegen meinung meist
meistens melden meldung menschen merkzettel metzger mfg mich mieter minderjährig mindestens mir
mist mit mitbewohner mitbewohnerin mitglied mitglieder mitgliedsstatus mitgliedsstufe mitnehmen
mittag mittellos mitten mittlerweile mittwoch mobil moin momentan monat monatspreis mond montag
montags morgen morgens motiviert musiker musikerin muss mutter mutti männlich märz möchte möglich
müde müssen müsste mütter na nach nachbar nachbarn nachbarschaft nachgekommen nachher nachmittags
nachschub nachsehen nacht nachtragend nachts nachweis nah namen nass natürlich neben neffe nehmen
nein nem nennen nervig nervös nett nettes neu neue neuen neuer neues neugierig neuheiten neukunde
neukunden neukundenrabatt neulich neun neunzig nicht nichte nichtraucher nichts nie niedrig
niedrigere niemand nirgends nix noch nochmal normalerweise notfalls null nun nur nutzer nutzerin
nutzlos nächste nächsten nähe nüchtern ob oben obwohl oeffnen offen offener oft ohne ohnehin
oktober oma onkel opa optimistisch organisiert orientierungslos paar packet packt paketbote
paketdienst paketverfolgung panisch papa parken partnerin passen passend passiert passt passwort
patientin pausieren peinlich pensioniert perplex persönlich persönliche pfarrer pflegebedürftig
pirat pleite plötzlich pole polin polizist positiv postbote praemienpunkte praktikum praktisch
preis preisalarm preisnachlass preissenkung preissenkungen preissturz presi prima privat
privatkunde privatperson produkt professorin prozent prozente prämie punkte punktestand
puntkestand päckchen pünktlich quasi quatsch rabatt rabattaktion rabattcode rabbat ratlos raucher
raus rauschen rausgeflogen rausgegangen rechnung recht rechtlich rechtsanwalt rechtzeitig reden
reduziert regal regelmässig regelmässige regeln regen registrieren registriert registrierung
reich reichen reicht rein reinbekommen reingefallen reingekommen reingelegt reinlich rentner
rentnerin reserviert retoure retourenlabel rezension rezensionen rezesion richtig risse roboter
rollstuhlfahrer rollstuhlfahrerin rot rueckzahlung ruhe ruhig rum rumfährt rund runde runter
runtergefallen runtergegangen russe russin rückerstattung rücksendung rückzahlung rücküberweisung
sachen sag sagen sagt sammler sammlerin samstag satz sauber sauer sauerei schade schale
schauspieler schicke schicken schickt schief schlaflos schlag schlecht schlechte schlimm schluss
schlussverkauf schmutzig schnell schnäppchen schockiert schon schrecklich schreib schreibe
schreiben schreibt schuld schuldig schwach schwanger schwarz schweinerei schweineteuer schweizer
schweizerin schwer schwerbehindert schwerhörig schwester schwul schön schöne schönen schönes
schüler schülerin schüssel sechs sechzig seh sehbehindert sehe sehen sehr sei seid sein seine
seinem seinen seiner seines seit seite selber selbst selbstabholung selbstständig
selbstverständlich selbständig selten sendung sendungsnummer sendungsverfolgnug
sendungsverfolgung seniorin sensibel serie serien seriös servus sich sicher sicherheitswarnung
sicherlich sie sieben siebzig sieh silber silbermitglied sind skandal skeptisch sobald sogar sohn
soldat soll sollen sollte somit sonderangebote sonntag sonntags sonst sortiment soweit sowie
sowieso spanier spanierin speichert spitze spontan sprachen sprachlos spät später
spülmaschinenfest stammkunde stammkundin stark stehen steht stehts stellt sterne steuerberater
stinksauer stolz stornieren storniert stornierung strafbar strikt studentin studierend stufe
stumm ständig stöbere stück stücke stücken stücks sucht summe sympathisch systemprompt sänger
säuerlich tag tage tagsüber tante tapfer tatsächlich taub taucht tauschen tausend teil teile
telefonisch telefonnummer teller tellern termin teuer teufel teurer theke ticken tief tierisch
tochter tod toll tot tracken trackinglink traurig treu treue treuegeschenk treueprogramm
treuepunkte treuer trocken trotz trotzdem tschüss tu tun tut typ töpfer töpferin tür türke türkin
ueberfaellig ueberhaupt ueberrasch uhr uhrzeit um umgefallen umgestiegen umgezogen umsonst
umständlich unbedingt unbefugter unbegreiflich unbekanntem unbekanntes unberechtigt und undicht
unentschlossen unfassbar unfreundlich unfähig ungeduldig ungefähr ungern unglaublich unglücklich
uninteressiert unmöglich unruhig uns unschlüssig unschuldig unsere unserem unseren unserer
unsicher unsinn unten unter unterm unterwegs untröstlich unverschämt unverschämtheit unzufrieden
unzumutbar urlaub urlaubsreif vater vati veganer veganerin vegetarier vegetarierin verantwortlich
verbeult verblüfft verbogen verdammt verdient verdutzt verdächtiger vereist verfallen verfassen
verfolgen verfolgung verfügbar vergeben vergehen vergessen vergesslich vergiss vergriffene
verheiratet verkauft verkäuferin verlaengerung verlassen verlegen verletzt verliebt verlierer
verlobt verlobte verlobter verloren verlängern verlängert verlängerung vermieter vermutlich
vernünftig verpasst verreist verrückt versand versandbestätigung versanddienst versandstatus
verschafft verschenkt verschickt verschieben verschieden verschoben verschuldet verschwunden
versehentlich versendet versichert verspaetete versprochen versprochenen verspätet verspätete
verspätung verstanden verstört versucht verunsichert verwandt verwirrt verwitwet verwundert
verzogen verzug verzweifelt verzögert verzögerung veräppelt verärgert vg viel viele vielen
vielleicht vier viertel vierzig voll volljährig vollkommen vom von vor voraus voraussichtlich
vorbei vorbeigekommen vorbeikommen vorgestern vorhanden vorher vorherigen vorhin vormittags
vorrat vorrätig vorschlagen vorschläge vorsichtig vorstand vorteile vorätig völlig wach wahl
wahnsinn wahnsinnig wahr wahrscheinlich wann war ware waren warenkorb warenkrob warnt warst warte
warten wartendes wartet wartezeit warum weder weg wegen weggefahren weiblich weil weise weiss
weit weiter weitergeleitet weiterhin weitermachen weitgereist welche welchem welchen welcher
welches wem wen weniger wenigstens wenn wer werde werden werktage wert weshalb weswegen wetter
wichtig wie wieder wieviel wieviele willens willkommen willkommensangebot willkommensgutschein
willkommensrabatt wir wird wirklich wirst witwe witwer witz witzig woanders woche wochenende
woher wohin wohl wohne wohnhaft wohnung wohnzimmer wollen wollte womit worden worte worum wozu
wund wunderbar wurde während wäre wärst wünsche würde würdet wütend zahlen zahlt zahlung
zahlungsart zahm zehn zeig zeigen zeit zeitfenster zeitplan zeitraum zerbrochen zerkratzt
zertifiziert
zeug zieht ziemlich zu zuerst zufrieden zufällig zugang zugesagtes zugestellt zugriff zuhause
zuletzt zuliebe zum zumindest zumutung zunächst zur zurzeit zurück zurückgekehrt zurückgekommen
zurückgelegt zurückgeschickt zurückgezahlt zurückkommt zusammen zustellbestätigung zusteller
zustellung zustellzeitfesnter zuständig zusätzlich zutiefst zuversichtlich zuvor zwanzig zwar
zwei zweimal zwischen zwölf ähnliche älter ändere ändern ängstlich ärgerlich ärztin äusserst
öffentlich öffnungszeiten öfter österreich österreicher österreicherin übel über überall
überfordert übergeben überglücklich überhaupt überlastet übermorgen überrascht übertragen
überwiesen überzeugt übrigens"""
GERMAN_WORDS = frozenset(_WORDS.split())
