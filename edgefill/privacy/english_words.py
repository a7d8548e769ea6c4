"""English words that do not start a name: for masking, see introductions.py.

Written for this project, with the words of the demo shop's own questions and texts; casefolded.
"""

_WORDS = """
abandoned able aboard about above abroad absent absolutely absurd abusive accept accepted
accepting accepts access accessed account accountant acount across action actor actual adamant
add added adding additional address addressee adds admin administrator adult advance advise
affordable afraid african after afternoon again against aged ages aghast ago ah alert alive all
allergic allergy allow allowed allowing allows almost alone along already alright also
alternative although always am amazed amazing ambassador american amid among amount amrum an and
angry announce annoyed annoying anonymous another answer answered answering answers anxious any
anybody anymore anyone anything anyway apart appalled appalling applied applies apply applying
appreciative approve april arabic architect are arent around arrange arranged arranges arranging
arrive arrived arrives arriving artist as asap ashamed asian ask asked asking asks asleep
assistant assume assumed assumes assuming asthmatic at ate attempt attempted attempting attempts
attend attended attending attends august aunt australia australian austrian authentication author
autistic auto automatically availability available avaliable avoid avoided avoiding avoids aware
away awesome awful baby back bad baffled baffling bag bake baked baker bakes baking balance bank
bargains based basket batch be beautiful became because become becomes becoming bedridden been
before began begging begin beginner beginning begins begun behalf behind being belgian believe
believed believes believing bell belong belonged belonging belongs below beneath benefits bent
beside best bestsellers better between bewildered beyond big bigger bill birthday bit black
bleibt blind block blocked blocking blocks blogger blue body boil bonkers bonus book booked
booking books bored borrow borrowed borrowing borrows both bother bothered bought bound bowl box
boy boyfriend branch brand brazilian break breaking breaks breathless bremen bride brilliant
bring bringing brings british broke broken brother brought brown browse browsed browser browses
browsing bug build builder building builds built burn burned burning burns bus business busy but
butcher button buy buyer buying buys by call called calling calls calm came can canadian cancel
canceled canceling cancels cant capable capital card cards care cared careful carer cares caring
carried carrier carries carry carrying cart cash cat cause caused causes causing celiac certain
chair change changed changes changing charge charged charges charging chase chased chases chasing
chat chats chatted chatting cheaper check checked checking checkout checks chef child children
china chinese chipped choose chooses choosing chose chosen christmas chronic city claim claimed
claiming claims class clean cleaned cleaner cleaning cleans clear clearly click clicked clicking
clicks client close closed closes closing club clueless code coeliac coffee cold colleague
collect collected collecting collection collections collector collects color colour colourblind
come comes comfortable coming commande commands comment company compare compared compares
comparing complain complained complaining complains complaint complete completed completely
completes completing concern concerned confident confirm confirmation confirmed confirming
confirms confused confusing connect connected connecting connects consider considered considering
considers constant consumer contact contacted contacting contacts content contents continue
continued continues continuing convince convinced convinces convincing cook cooked cooking cooks
cool copied copies copy copying correct cost costing costs could couldnt count counted counter
counting country counts courier cousin cover covered covering covers crack cracked cracking
cracks crazy create created creates creating credit crew cried cries criminal crooked cry crying
cup curious current currently customer customers cut cuts cutting cycling czech dad damage
damaged damages damaging damn damp dancer danish data date dating daughter day days dead deadline
deaf deal dealer dealing deals dear december decide decided decides deciding decline declined
declines declining deeply definitely delay delayed delete deleted delighted deliver delivered
delivering
delivers delivery delivry dented department depend depended dependent depending depends depressed
describe described describes describing deserve deserved deserves deserving design designed
designer designing designs desperate details devastated developer device dhl diabetic did didnt
different difficult dinner dirty disabled disappointed disappointing disaster discount discounted
disgrace disgraceful disgusted disgusting dishwasher dismayed dispatch dispatched dispatches
dispatching dispute disputed disputes disputing dissatisfied distressed divorced do doctor does
doesnt dog doing done dont door doubt doubted doubtful doubting doubts down dpd drank draw
drawing drawn draws dreadful dress drew drink drinking drinks drive driven driver drives driving
drop dropped dropping drops drove drunk dry due dull dumb dutch dying dyslexic each eager
earliest early earn earned earning earns easily easy eat eaten eating eats ebb edit edited
editing edits egg eight either elderly electrician else email emailed emailing emails employed
employee empty end ended ending ends engaged engineer english engrave enjoy enjoyed enjoying
enjoys enough enraged enter entered entering enters enthusiast entirely entitled epileptic
escalate escalated escalates escalating especially está etc european evaluate even evening event
ever every everyone everything everywhere exact exactly excellent exchange exchanged exchanges
exchanging excited excluded executor exhausted existing expat expect expected expecting expects
expensive experience experiences expire expired expires expiring explain explained explaining
explains extended extra extremely eye face faced faces facing fact factor factory fail failed
failing fails faithful fake fall fallen falling falls false family fan far farmer fast father
fault faulty favourite favourites february fed fee feeback feedback feel feeling feels fell felt
female fetch fetched fetches fetching few fiance fiancee fight fighting fights fill filled
filling fills filthy final finally find finding finds fine finish finished finishes finishing
finnish firm first fit fits fitted fitting five fix fixed fixes fixing flabbergasted flash flat
flatmate flew flies flight flood floor flower flown fluent fly flying folks follow followed
following follows fond food fooled football for forced foreign forever forget forgets forgetting
forgot forgotten form former forty forward forwarded forwarding forwards fought found four
fragile frame fraud fraudster free freelance freeze freezes freezing french frequent fresh friday
friend from froze frozen frustrated frustrating full fully fuming fun funny furious further
future gain gained gaining gains game garden gardener gave gay general genuine genuinely german
get gets getting giant gift gifted gifting gifts gimme girl girlfriend give given giver gives
giving glad glass glaze glued gluten go goes going gold gone good gosh got grab granddaughter
grandma grandmother grandpa grandson grateful great greatly greek green grew grey group grow
growing grown grows grrr guess guessed guesses guessing guest guilty gutted guy guys hacked had
hadnt halal half hamburg hand handed handicapped handing hands handy happen happened happening
happens happily happy harbour hard hardly has hasnt hate hated hates hating have havent haves
having he head headed heading headline heads hear heard hearing hears heart heartbroken heavily
heavy heir held hell hello help helped helping helpless helps her here hers hes hesitant hey hi
hidden hiddensee hide hides hiding high hijacked him his hmm hold holding holds holiday home
homebound homeless honest honestly honour hope hoped hopeful hopeless hopes hoping horrible
horrified hospital hosting hot hotel hotels hour hours house housebound housewarming how hows
huge huh human hundred hungarian hungry hurried hurries hurry hurrying hurt husband i id idea
ideas identified identifies identify identifying if ignore ignored ignores ignoring il ill
illegal im imagine imagined imagines imagining immediately impatient import important imported
importing imports impossible impressed improve improved improves improving in inclined include
included includes including incomplete incorrect incredibly indeed indian influencer info inform
informed informing informs inquire inquired inquires inquiring inside inspiration install
installed installing installs instead instructions insulted insured intend intended intending
intends interested international interrupted into invite invited invites inviting invoice involve
involved involves involving irish irritated is isnt issue it italian item items its ive january
japanese je jealous jewish job jobs join joined joining joins joke journalist jug july june just
keen keep keeping keeps kept key kick kicked kicking kicks kid kidding kided kiding kids kiel
kill killed killing kills kind kindly kitchen knew know knowing known knows korean kosher label
lack lacked lacking lacks lactose lady lain lamp land landed landing landlady landlord lands
languages laptop large last lastly late lately later latest laugh laughable laughed laughing
laughs lawyer lazy lead leading leads leaking leaky learn learned learning learns least leave
leaves leaving lecturer led left lefthanded lefty legal lend lending lends lent less let lets
letting level liable lie lies life light like liked likely likes liking limited limits line link
linked linking links lisbon list listen listened listening listens literally little live lived
lives livid living load loaded loading loads local lock locked locking locks log logged logging
login logs lonely long longer look looked looking looks lose loser loses losing lost lot lots
loud love loved lovely loves loving low lower lowered lowering lowers loyal loyality loyalty luck
lucky lunch lunchtime lying ma machine mad made mail mailed mailing mails main make makes making
male man manage managed manager manages managing many map march mark marked marking marks married
mat match matched matches matching mate matter matters may maybe me mean meaning means meant
measure measured measures measuring meet meeting meets mein member members membership mention
mentioned mentioning mentions mess message messaged messages messaging met method mexican mi mid
middle midnight miffed might million mind minded minding minds mine minute mirror mis miss missed
misses missing missus mistaken mister mixed mobile mom moment monday money month monthly moon
more morning mortified most mostly mother move moved moves moving mpfh mr mrs ms much mug mum
music musician muslim must my myself name near nearly necessary need needed needing needs
neighbor neighbour neither nephew nervous never new newbie newcomers newly news newsletter next
nice niece night nightmare nine no nobody noise nominate nominated nominates nominating none
nonsense nonsensical noon nor norderney normal normally norway norwegian not note nothing notice
noticed notices noticing notified notify november now nowhere numb number nurse nut obliged
obviously oclock october oder of off offended offer offered offering offers office officer oh ok
okay old older on once one ones oneself online only onto onwards open opened opening opens
opinion oppose opposed opposes opposing opposite optimistic or orange order ordered ordering
orders organise organised organises organising orphan other others otherwise our ours out
outraged outrageous outside outstanding over overall overcharged overdue overjoyed overseas
overwhelmed owe owed owes owing own owned owner owning owns pack package packed packing packs
page paid pain paint painted painting paints paket pakistani paper parcel parcle parent parents
park parked parking parks part partially particularly partner pass passed passes passing password
past pastor pathetic patient patiently pause paused pauses pausing pay payer paying payment pays
peeved penniless pensioner people per percent perfect perfectly perhaps period perks permanently
perplexed person personal pessimistic phone phoned phones phoning photographer pick picked
picking pickpocket picks pickup piece pieces pikcup pilot pink pirate pissed place placed places
placing plan planned planning plans plant plate plates play played playing plays please pleased
pleasure plumber poem point points polish poor popular portuguese positive possible possibly post
posted posting postman postponed posts postwoman pot potential potter power prefer prefered
prefering prefers pregnant prepare prepared prepares preparing present presented presenting
presents press pressed presses pressing pretend pretended pretending pretends pretty previous
price pricey pricing priest print printed printing prints prise private pro probably problem
processed product professional professor programme promise promised promises promising promotions
prompt prone proof proper properly proud prove proved proves proving publicly publish published
publishes publishing pull pulled pulling pulls purchase purchased purchaser purchases purchasing
purple push pushed pushes pushing put puts putting puzzled quay question questioned questioning
questions quick quickly quiet quit quite quits quitting rain raining raise raised raises raising
ran rang range ranges rank rate rated rates rather rating reach reached reaches reaching read
reading reads ready real realise realised realises realising really reason receipt receive
received receiver receives receiving recently receptionist recipient recognise recomend recommend
recommendations recommended recommending recommends red redecorating redeem redeemed redeeming
redeems reduce reduced reduces reducing refer refered refering refers refnd refund refunded
refunding refunds refuse refused refuses refusing regarding register registered registering
registers regret regreted regreting regrets regular reimbursement reject rejected rejecting
rejects relate related relates relating relied relies relieved relocating reluctant rely relying
remaining remember remembered remembering remembers remind reminded reminders reminding reminds
remove removed removes removing renew renewal renewed renewing renews rent rented renting rents
repair repaired repairing repairs repayment repeat repeated repeating repeats replace replaced
replaces replacing replied replies reply replying report reported reporting reports represent
represented representing represents request requested requesting requests require required
requires requiring reschedule rescheduled reschedules rescheduling researching reseller reserve
reserved reserves reserving resolve resolved resolves resolving respond responded responding
responds responsible rest restaurant restaurants rested resting restocked rests result resulted
resulting results resume retailer retired return returned returning returns review reviewed
reviewing reviews reward rewards rich ridden ridiculous right ring ringing rings risen rob robbed
robbing robot robs romanian room roommate round rude ruin ruined ruining ruins rules run running
runs russian rusty sad safe said sake sale sales same sat satisfied saturday save saved saves
saving saw say saying says scam scammed scamming scams scared sceptical scheduled school
scientist scottish scratched sea search searched searches searching second secretary secruity
section security see seeing seek seeking seeks seen sees self sell seller selling sells send
sender sending sends senior sensitive sent sentence september serious seriously serve served
serves serving set sets setting settle settled settles settling seven several severely shaken
shaking shall shambles shame share shared shares sharing she shelf shes shiny ship shiped shiping
shipment shipped shipping ships shocked shocking shoe shoes shook shop shoping shopped shopping
shops short should shouldnt shout shouted shouting shouts show showed showing shown shows shut
shuts shutting shy sick sickened side sign signed signing signs silly silver similar simple
simply since singer single sister sit site sits sitting six size skeptical skint skip skipped
skipping skips sleep sleeping sleeps slept slightly slot slow small smart smash smashed smashes
smashing smelly snowing so sober sofa sold soldier solve solved solves solving some somebody
someday someone something sometime sometimes somewhat somewhere son soon sorry sort sorted
sorting sorts sought sound sounded sounding sounds spanish speak speaking speaks special
speechless spend spending spends spent split splits splitting spoke spoken spot spring square
staff stained stand standing stands stars start started starting starts starving state status
stay stayed staying stays steal stealing steals stick sticking sticks sticky still stock stole
stolen stood stop stopped stopping stops store storm story straight stranded strange street
stressed strictly strong struggle struggled struggles struggling stuck student studied studies
study studying stuff stunned stupid submit subscribe subscribed subscriber subscribes subscribing
subscribtion subscription subscripton successfully such sudden suddenly sue sued sues suffer
suffered suffering suffers suggest suggested suggesting suggestions suggests suing suit sum
sunday super support supported supporter supporting supports suppose supposed supposes supposing
sure surely surprise surprised surprises surprising suspicious swamped swedish sweet swiss switch
switched switches switching system table take taken takes taking talented talk talked talking
talks tall taste taught teach teacher teaches teaching team teapot teenage tell telling tells
tempted ten tenant tern terrible terribly terrific test tested testimonial testing tests text
texted texting texts than thank thanked thankful thanking thanks that thats the their theirs them
then there theres these they theyre theyve thick thing things think thinking thinks third thirsty
thirty this those though thought thousand threaten threatened threatening threatens three threw
thrilled throughout throw throwing thrown throws thursday thus ticklish tide tier tight till time
tired title to today together told tomorrow tomorrows tonight too took top torn total totally
touch touched touches touching tough toward towards town track tracked tracking tracks trade
traded trader trades trading train trakcing transfer transfered transfering transferred transfers
translate translated translates translating trapped travel traveled traveling travelling travels
treasurer treat treated treating treats tricked tricky tried tries trolley trouble troubled true
truly trust trusted trustee trusting trusts truth try trying tuesday turkish turn turned turning
turns twelve twenty twice two type typed types typical typing typo tyre ugly ukrainian unable
unacceptable unauthorised unavailable unaware unbelievable uncertain uncle uncomfortable
undecided under understand understanding understands understood unemployed unfair unfinished
unfortunately unhappy unimpressed uninterested unique unknown unless unlucky unpack unpacked
unpacking unpacks unrecognised unsatisfied unsubscribe unsubscribed unsubscribes unsubscribing
unsure until unusual unwell up update updated updates updating upgrade upgraded upgrades
upgrading upon ups upset urgent us use used useful useless user uses using usual usually utterly
valid van vase vat vegan vegetarian very via vicar victim viewed visit visited visiting visitor
visits visually vital vote voted votes voting voucher vulnerable wait waited waiter waiting
waitress waits walk walked walking walks wall wandering want wanted wanting wants warehouse warm
warn warned warning warns warranty was wasnt waste wasted wastes wasting watch watched watches
watching water way we weak wear wearing wears weather wed wedding wednesday week weekend weird
welcom welcome welcomed welcomes welcoming well welsh went were werent wet weve what whatever
whats whatsoever whcih wheelchair when whenever where whereas wheres wherever whether which while
white who whoever whole wholesale wholesaler whom whos whose why widow widowed wife wild will
willing win window winner winning wins winter wish wished wishes wishing with within without wo
woken woman women won wonder wondered wonderful wondering wonders wont word words wore work
worked working works workshop world worn worried worries worry worrying worse worst worth would
wouldnt wrap wraped wraping wraps write writer writes writing written wrong wronged wrote wtf
yeah year years yellow yep yes yesterday yet you youd youll young younger your youre yours
yourself youve zero"""
ENGLISH_WORDS = frozenset(_WORDS.split())
