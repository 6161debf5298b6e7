"""German words for initial passwords: short, everyday, without umlauts, easy to type and to read.

The list never changes: passwords that are still to be printed follow from it. A better list gets
another name in `recipes.LISTS`.
"""

WORDS = tuple(
    """
    abbild abfahrt abflug abgabe abguss abhang ablage ablauf absatz absicht abstand abteil abwurf
    achse achtel acker adler adresse advent agave ahle ahorn akazie akkord aktie aktion alarm
    album alfalfa alge allee alm almosen alpaka alpen alphabet alter altstadt amboss ameise ampel
    amsel ananas anblick andacht anemone anfang anflug angebot angel anhang anis anker ankunft
    anlage anlauf anorak anruf ansage anstrich antenne antrag antwort anzug apfel aprikose april
    aquarell aquarium arabeske arbeit arche arena argon arkade arnika aroma artikel artist asphalt
    aster asteroid atelier atem atlas atrium auerhahn auflauf aufzug auge august aula aurora
    ausblick ausflug ausgang auskunft auslage ausritt auster auswahl ausweis auto autobahn avocado
    azalee bach backofen badehose badesee bagger bahn bahnhof bake balken balkon ballade ballett
    ballon balsam bambus banane band bandmass banjo bank bankett baracke bariton barke barock
    barriere basalt basar basis bastler batik batterie bau bauamt bauer bauklotz baum baumhaus
    baustein bauwagen bauwerk becher becken beere beet begonie begriff beilage beispiel beitrag
    belag beleg belegung benzin beratung bereich berg bergamt bergbach bergdorf bergluft bergsee
    bergtour bericht beruf besen besitz bestand besteck besuch beton betrag betrieb beutel
    bewegung bewerber bewohner bezirk biathlon biber biene bilanz bild binse biologe biotop birke
    birnbaum bison blatt blauwal blech blei blende blick blinker blitz block blume bluse boden
    bodensee bogen bohne bohrer bohrturm boje bolzen boot bord borke borste botanik bote bottich
    boxer boxring brandung brasse brause breite bremse brett brezel brief brigg brille brise
    brokkoli bronze brosche brot brotkorb bruch brummer brunnen buch buche bucht buckel bumerang
    bummel bund burg burgtor busch bussard butter campus cello chance chemie chiffre chor chrom
    chronik clematis clown code collage comic computer couch creme curry dach dachluke dachs
    dackel dahlie damm dampf dampfer dampflok dattel dauer daumen daune debatte deck decke deckel
    deckname deich deichsel dekade delfin delle delta demut denkmal detail detektiv dialekt dialog
    diamant dichter diele dienst diesel diktat dill ding dinkel diplom direktor dirigent diskus
    distanz distel dock dohle dolde dolmen dom domino dompfaff donner doppel dorade dorf dorftor
    dorn dose draht drama dreher drehung dreieck dreirad dreizack drilling dromedar drossel druck
    duett duft dune dusche dynamo ebbe ebene echo echse ecke efeu ehrenamt eibe eiche eichhorn
    eidechse eigelb eigenart eilbote eimer einband einfall eingang einheit einhorn einkauf einlass
    einsatz eintopf eintritt einzug eis eisbahn eisberg eisdiele eisen eisvogel eiszeit eiweiss
    elch elfe ellipse elster eltern empfang ende endspiel endspurt energie enkel ensemble ente
    entwurf enzian epoche epos erbse erdbeere erde erdkunde erdnuss erdreich erdteil ereignis
    erfinder erfolg erholung erika erker erkunder erle erlebnis ernte erosion ersatz erzieher
    erzpfad esche espe essay essen essig estragon etage etappe etui eule europa event examen
    export fabel fabrik fach fackel faden fagott fahne fahrer fahrplan fahrrad fahrt fakt fallobst
    faltboot falte falter familie fanfare fantast farbe farbfilm farbton farn fasan faser fass
    fassade faust feder federhut fee feier feige feile feinkost feld feldhase feldmaus feldweg
    fell fels felsen felswand fenchel fenster ferien ferne fernglas fernost fernrohr fernweh fest
    festland festmahl feuer fichte figur film filter filz finger fink firma firn first fisch
    fischer fjord flachs fladen flagge flamme flanke flaum fleck fleiss flieder fliege fliese
    flipper flora florett floskel floss flosse flotte flug flugzeug flunder flur fluss flut fohlen
    folie forelle form formel forscher forst fossil foto fotograf fracht frack frage fragment
    freibad freiheit freiraum freitag freizeit frequenz freude freund friede frist frohsinn frosch
    frost frucht fuchs fuchsbau fuder fuge fundort funk funke funkturm furche furnier furt futter
    futteral gabel gabelung galaxie galerie galerist galopp garage garbe gardine garnele garten
    gasse gast gasthaus gasthof gastwirt gatter gaukler gazelle gebiet gebinde gebirge gecko
    gedicht geduld gefieder gefilde gegend gehege gehweg geier geige geist gelee geleit gelenk
    gemeinde gemisch genie genuss geologe gepard gerade geranie gerste geruch gesang geschenk
    geschirr geselle gesetz gesicht gestalt geste gestein gestirn getreide getriebe gewand gewebe
    gewerbe gewicht gewinde gewinn gewitter gibbon giebel gilde ginkgo ginster gipfel gips giraffe
    girlande gitarre gitter glanz glas glasauge glashaus gleis gleiter glimmer globus glocke
    glossar gnom gockel gold golf gondel gong graben grabung grad grafik gramm granat granit
    graphit gras grasland grat graupel grenze griess griff grille grotte grube grund gruppe gruss
    guave gummi gurke gurt guss haar habicht hafen hafer hagel hahn hain haken halbmond halbzeit
    halle halm halogen hals halt hamster hand handball handel handlung handtuch handwerk hang
    harfe harke harz hase hasel haspel haube hauch haus hausboot hausflur haushalt haustier hebel
    hecht hecke heckrose heft hefter heide heim heimat heimweg heizer heizung helfer helium helm
    hemd henkel herberge herbst herd hering herold herz heu heuboden heuwagen hibiskus himbeere
    himmel hinweis hirsch hirse hirte historie hobby hobel hochhaus hochmoor hochrad hochzeit hof
    hoffnung hofhund hofladen hoftor hohlweg holunder holz holzbein holzhaus holzofen holzwurm
    honig hopfen horizont horn hornisse hose hotel hotelier huf hufeisen huhn hummel hummer humor
    hupe hurra hut hydrant ibis idee idol igel iglu ikone illusion iltis imbiss imker imkerei
    import impuls index indigo ingwer inhalt insel inserat intarsie inventar iris irrlicht
    isolator jacht jacke jackett jaguar jahr jahrgang jalousie januar jasmin jazz jeans jodler
    joghurt jongleur journal jubel jubilar juchzer judo jugend juli juni jura jurist juror juwel
    kabarett kabel kabeljau kabine kachel kader kaffee kai kaiman kajak kakadu kakao kaktee kaktus
    kalb kalender kalk kamel kamera kamille kamin kamm kammer kampagne kanal kandidat kandis kanne
    kanon kantate kante kantine kanu kanzel kapelle kapital kapitel kappe kapsel kapuze karaffe
    karamell karawane karneval karosse karotte karpfen karren karriere karte kartei karton kaskade
    kassette kastanie kasten katalog katapult katze kavalier kegel kehle keil keks kelch kelle
    keller keramik kerbe kerbel kern kernobst kerze kescher kessel kette kiebitz kies kiesel kilo
    kimono kino kiosk kirmes kirsche kissen kiste kittel kiwi kladde klammer klang klappe klasse
    klassik klausel klavier klebe klee kleid kleister klemme klette klima klinge klingel klinke
    klippe klipper klotz klub knauf knick knie knirps knolle knopf knospe knoten koala kobold koch
    kochbuch kochtopf koffer kohl kohle kohlrabi koje kokos kolben kolibri kolkrabe kolonie koloss
    kolumne kombi komet komik komitee komma kommode kompass kompott konditor kondor konfekt
    konfetti kongress konsole kontakt konto kontrast konvoi konzept konzert kopf kopfball kopie
    koralle korb kordel korken kormoran korn kornfeld kosename kosmos kotelett krabbe kraft kragen
    krake kralle kran kranich kranz krapfen krater kraut kreide kreis kreisel kresse kreuzung
    krimi kringel kristall krokant krokodil krokus krone krug kruste kuchen kuckuck kufe kugel
    kulisse kumpel kunde kunst kunsteis kupfer kuppe kuppel kurbel kuriosum kurpark kurs kurve
    kutsche kutter labor laborant lachs lack laden ladung lageplan lager lagune lakritz lamelle
    lametta lamm lampe lampion land landarzt landgut landung langlauf languste lappen larve laser
    lasso latein laterne laub laubwald lauf laufbahn laufband laufrad laufsteg laune laurel lava
    lavendel lawine leben leder legende leguan lehm lehne lehrbuch lehre lehrer lehrling leier
    leihgabe leimtopf leine leinen leinwand leistung leiter leitung lektion lemming lenker lenkrad
    lenz leopard lerche lesebuch leser letter leuchte lexikon libelle libero licht lichtung lied
    liege lila lilie limette limonade limone linde lindwurm lineal linie linse lippe liste liter
    litschi lobby loch locke lodenhut logbuch loge logik lok lokal lorbeer losbude losung lotse
    lotus luchs luft luftbild luftpost luftzug luke lupe lupine lurch luzerne lyrik lyriker
    magazin magier magma magnet magnolie mahlzeit mai maibaum mais majoran makrele makro malbuch
    maler malerei malve mandel manege mango mangold manko mansarde mantel mappe marabu marathon
    marder marille marke markt marmor marone mars marzipan maschine maserung maske massage
    massband masse massstab material matrix matrose matte mauer maultier maulwurf maus mechanik
    medaille medien meer mehl meile meinung meise meissel meister melisse melodie melone memoiren
    menge mensa menuett meridian merkur messer metall metapher meteor meter methode miete mieter
    mikado mikrofon milch mimose mine mineral minister minute minze mischung mispel mission mistel
    mitglied mittag mitte mittwoch mixer mobile mode modell modul mofa mokassin mokka molch mole
    molke moment monat mond monitor monolog monsun montag moor moos moral morast morgen mosaik
    motiv motor motorrad motte motto muffin mufflon mulch mulde mund mungo murmel muschel museum
    musical musik musikant muskat muster mut mythos nabe nachbar nacht nadel nagel naht name napf
    narzisse nase natur nebel neffe neigung nelke nenner neptun nerz nest nestbau netz netzwerk
    neugier neuheit neuland neumond neustadt nichte nickel niesel niete nimbus nische niveau
    nomade norden nordpol nordsee nordwind notar note notiz nougat novelle november nudel nummer
    nuss nutria nutzen nymphe oase oberhaus objekt oblate oboe obst obstbaum obstkorb ocker
    odyssee ofen ofenrohr ohr ohrring ohrwurm okapi oktaeder oktant oktave oktober oleander olive
    olymp omelett omnibus opal oper optik optimist orakel orange orbit orchidee orden ordner
    ordnung oregano orgel origami original ornament ort ortsnetz osten ostern ostsee ostwind otter
    oval overall ozean ozelot paar pacht pachthof paddel page paket palast palette palisade palme
    pampa panda panorama panther papagei papier pappe pappel paprika papyrus parabel parade
    paradies parfum park parkbank parkett parkhaus party parzelle passage passant passfoto pastell
    pastete pate patent patina pauke pause pavillon pazifik pedal pegel pelikan pelz pendel
    pension pergola periode periskop perle perlhuhn perlmutt person pfad pfahl pfanne pfau pfeffer
    pfeife pfeil pfeiler pfennig pferd pfirsich pflanze pflaume pflicht pflug pforte pfosten pfote
    pfropfen phase phonetik physik pianist picknick pigment pilger pilot pilz pinguin pinie
    pinnwand pinsel pionier pipette pirol pistazie piste pizza plakat plakette plan planet planke
    plastik platane plateau platin plombe plural pluto podest poesie pokal pol politik polka
    pollen polster pomelo pony pool popcorn pore porree portal portion portrait posaune post
    postamt postbote posten postfach pracht praline praxis preis preisel premiere presse prestige
    prinz prise prisma probe problem produkt profi profil prognose programm projekt prophet prosa
    prospekt provinz prozent pudding puder puffer pulli pullover puls pultdach pulver puma pumpe
    pumphose punkt puppe purpur putz puzzle pyramide python quader quadrant quadrat qualle quark
    quartett quarz quaste quelle quiche quintett quirl quitte quittung quiz quote rabatt rabe rad
    radar radierer radio radnabe radtour radweg raffia rahm rahmen rakete rallye rampe rand rang
    ranke raps rapunzel rasen raspel raster rasthof rat rathaus ratsche ratsherr raum raupe
    realist rebe rebhuhn rebstock rechen rechner rechteck rede redner reeder referat reflex reform
    reformer regal regatta regel regen regie region register regler rehkitz reichtum reif reifen
    reigen reihe reiher reim reis reise reisebus reisfeld reiter reklame rekord rektor relais
    relief rennboot renner rennrad rentier reptil republik reserve resonanz respekt rest resultat
    retorte retter rettich rettung revier revue rezept rhombus rhythmus richtung riegel riemen
    riese riff rikscha rille rinde ring ringer rinne ritter ritual robbe robinie roboter rochen
    rock rodel roggen rohbau rohling rohr rohrpost rollbahn rolle roller rollmops roman romanze
    rose rosette rosine rosmarin rost rotbuche rotfuchs rotklee rotkohl rotor rotunde rubin rubrik
    ruck rucksack rudel ruder ruf rufname ruhe ruhetag ruhm rumba runde rundfunk rundgang rundweg
    rutsche saal saalplan saat saatgut sachbuch sache sack safari safran saft sage sahne saite
    salami salat salbe salbei saldo salon salto salz salzsee samba sammler sammlung samowar
    samstag sand sandale sanddorn sandkorn sanduhr saphir sardelle sardine satellit satire sattel
    saturn satz satzbau sauna saxofon schach schakal schal schale schalmei schalter schanze
    schatten schatz schauer schaufel schaukel schaum scheibe schein scheitel schemel schenke
    scherbe schere scherz scheune schicht schiefer schiene schiff schild schilf schimmer schinken
    schirm schlaf schlange schlauch schlehe schleier schleife schleuse schloss schlucht schmied
    schminke schmuck schnabel schnalle schnecke schnee schnitt schnur schober scholle schotter
    schrank schranke schraube schrift schritt schrot schuh schulbus schule schulhof schulter
    schuppe schutz schwalbe schwamm schwan schwarm schweif schwelle schwung sechseck see seebad
    seefahrt seehund seeigel seelachs seele seemann seepferd seerose seestern segel segler sehne
    sehtest seide seife seil seilbahn seiltanz seite sektion sekunde sellerie seminar semmel
    sendung senf senke sense serenade serie servus sesam sessel sichel sieb siedler siegel sieger
    signal silbe silber silo simulant sinfonie sinn sirup sitz skala skat skizze skorpion skulptur
    slalom smaragd smoking snack socke sockel sofa software sog sohle solist solo sommer sonde
    sonett sonne sonntag sopran sorbet sorgfalt sorte souvenir spachtel spagat spalier spalt
    spange sparbuch spargel spass spaten spatz specht speck speiche speicher speise spektrum
    spende sperling sphinx spiegel spiel spinat spindel spirale spitze splitter sport sprache
    sprecher springer sprinter sprosse sprudel sprung spule spur stab stachel stadion stadt
    stadttor staffel stahl stallung stamm stand standuhr stange stapel star starter station
    statist stativ statue staub staudamm staude staunen steg stein stelze stempel steppe stern
    steuer stich stiefel stift stiftung stille stimme stirn stock stoff stollen stolz stoppel
    stoppuhr storch strahl strand strauch strauss strebe strecke streifen strich stroh strohhut
    strom strophe strudel struktur strumpf stube student studio stufe stuhl stunde sturm substanz
    suchbild suche suppe symbol syntax system szene tabelle tablett tafel tag tagebuch taille takt
    tal talent taler talisman tambour tandem tangente tango tanker tanne tanz tapete tapir tarif
    tasche tasse tastatur taste tatsache tatze tau taube taucher taxi technik teddy tee teehaus
    teekanne teich teig teil teilchen telefon teleskop teller tempel tempo tenne tennis tenor
    tentakel teppich termin terrasse terrier test text textil theater thema theorie thermik these
    thron thymian tiefe tiefsee tier tierarzt tierpark tierwelt tiger tinte tisch tischler titel
    toast toleranz tomate tombola ton tonart tonfilm tonne topas topf tor torbogen torf torhaus
    torlauf torte torwart tour tourist trab trabant tracht trainer traktor tramper transit trapez
    traube traum treffer treibgut treppe tresen tresor triangel trichter trick trikot trio tritt
    triumph troll trommel trommler trompete tropfen tross trost truhe trumpf truthahn tuba tube
    tuch tukan tulpe tundra tunika tunnel turban turbine turm turmuhr turner turnier tusche ufer
    uferweg uhr uhu ulme umfrage umgebung umhang umkehr umlauf umriss umschlag umsicht umstand
    umweg umwelt umzug uniform unikat union unkraut urahn urkunde urlaub ursache ursprung urwald
    urzeit utopie vakuum vanille variante vase veilchen velours ventil venus veranda verb verband
    verein verkehr verlag verlauf vermerk vernunft verputz vers versand verstand versuch vertrag
    vesper video vielfalt viereck viertel villa vinyl viola violine virtuose visier vision visite
    vitamin vitrine vlies vogel vokabel vokal vollmond volumen vorbild vordach vorhang vorliebe
    vorort vorrang vorrat vorsicht vorspiel vorstadt vorteil vortrag vorwort vulkan waage wabe
    wache wachhund wachs wachstum wachtel wachturm wade waffel wagen wagenrad waggon wahl wahrheit
    wal wald waldrand waldsee waldweg walfisch wall walnuss walze walzer wand wandbild wandel
    wanderer wanduhr wange wanne wappen ware warte wasser watte weber wechsel wecker wedel weg
    weiche weiher weise weite weizen welle welpe welt weltall weltmeer weltraum wende wendung
    werbung werft werk werkbank werkzeug wertung wespe weste westen westwind wetter wettlauf
    wichtel wicke widder wiese wiesel wildbach wildente wildgans wildpark wildrose wille wimpel
    wimper wind winde windfang windhund windrad windrose winkel winter wipfel wirbel wirsing wirt
    wisent wissen witz woche wohnung wolf wolke wolle wombat wort wunder wunsch wurm wurzel
    xylofon yoga zacke zahl zahlwort zahn zahnrad zander zange zapfen zarge zauberer zaun zaungast
    zebra zeder zeichen zeichner zeile zeisig zeit zeitung zelle zelt zeltdach zement zenit
    zentner zentrum zephir zeppelin zettel ziegel ziel ziffer zimmer zimt zink zinn zinnie zipfel
    zirkel zirkus zitat zither zitrone zoll zone zoo zoologe zopf zucker zufall zug zugluft
    zugvogel zuhause zukunft zuruf zweig zweirad zwerg zwieback zwiebel zwilling zwinger zyklop
    zylinder zypresse
    """.split()  # noqa: SIM905  # a list of strings would be 2,400 lines
)
