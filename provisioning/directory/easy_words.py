"""German words for the youngest: three to six letters, things a six-year-old knows and can spell.

No umlauts, no ß, small letters only. The list never changes: passwords that are still to be
printed follow from it. A better list gets another name in `recipes.LISTS`.
"""

EASY = tuple(
    """
    abend affe ameise ampel anker apfel arm arzt ast auge auto baby bach bad bagger bahn ball
    banane band bank bauch bauer baum bein berg besen bett bild birne blatt blitz blume boden
    boot brett brief brille brot bruder buch bus busch clown creme dach daumen decke dino dorf
    dose drache eimer eis ente erbse erde esel eule fahne feder fee feld fell feuer finger fisch
    fliege flosse fluss foto frosch fuchs gabel gans garten gast geist glas glocke gras gurke
    hafen hagel hahn hai hals hand hase haus heft helm hemd herd herz heu hexe himmel hirsch hof
    honig hose hund hut igel insel jacke jahr kaffee kakao kalb kamel kamm kanne karte kasten
    katze keks keller kerze kette kind kino kissen kiste kiwi kleid knie knopf koch koffer kopf
    korb kran kreis krone kuchen kugel kuh lampe land laub leiter licht lied lineal loch luft
    lupe mais mama mantel mappe maus meer mehl messer milch mond moos morgen motor mund museum
    mutter nacht nadel nagel name nase nebel nest nudel nuss ofen ohr oma onkel opa paket palme
    papa papier park perle pferd pilz pinsel pirat pizza platz pony post puppe rabe rad radio
    rakete raupe regen reis ring ritter rock rose sack saft salat salz sand schaf schal schere
    schiff schnee schuh schule schwan see seife seil sofa sommer sonne spiel spinne stadt stein
    stern stift stock stuhl suppe tafel tag tante tanz tasche tasse taube teddy tee teller tiger
    tinte tisch tomate topf tor torte traum treppe tuch turm uhr vase vater vogel waage wagen
    wal wald wand wasser weg welle wiese wind winter wolf wolke wolle wurm wurst zahn zaun zebra
    zelt ziege zimmer zirkus zoo zopf zucker zug zweig zwerg
    """.split()  # noqa: SIM905  # a list of strings would be 286 lines
)
