-- migrate:up
-- When in doubt, two rows that clients send are two people: more mailboxes are a function's, and of one telephone names in each other's place are one
-- person's only where one of the words is a given name or a family name and not either, and an initial is nobody's. henk_pipeline.leads.match does
-- the same. Estates are kept to be read as files are, and premium numbers are left out.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Mailboxes of a function (henk_pipeline.leads.emails.ROLES): several people's.
CREATE OR REPLACE FUNCTION henk.is_role_mailbox(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(split_part(CASE WHEN p_email ~ '[+].*@|@g(oogle)?mail[.]com$' THEN henk.email_key(p_email) ELSE p_email END, '@', 1) = any(ARRAY[
    'abuse', 'accoglienza', 'accounting', 'accounts', 'accueil', 'adhesions', 'admin', 'administracao', 'administracion', 'administracja',
    'administratie', 'administration', 'administrator', 'admissions', 'advertising', 'advies', 'algemeen', 'all', 'all-staff', 'all.staff',
    'alle', 'allgemein', 'allstaff', 'amministrazione', 'anfrage', 'anfragen', 'association', 'atencion', 'atendimento', 'ayuda', 'balie',
    'bestellung', 'bestuur', 'billing', 'biuro', 'board', 'bonjour', 'booking', 'bookings', 'bookkeeping', 'buchhaltung', 'buero', 'bureau',
    'buro', 'buzon', 'campaign', 'careers', 'central', 'centrala', 'centralino', 'centralita', 'chancery', 'chorale', 'church', 'clergy',
    'comite', 'committee', 'comms', 'communication', 'communications', 'community', 'compta', 'comptabilite', 'consultas', 'contabilidad',
    'contabilita', 'contact', 'contact-us', 'contact.us', 'contacto', 'contactus', 'contato', 'contatti', 'corporate', 'corporateoffice',
    'correio', 'correo', 'council', 'courrier', 'customer-care', 'customer-service', 'customer.care', 'customer.service', 'customercare',
    'customerservice', 'dekanat', 'desk', 'diakonie', 'direccion', 'direction', 'direktion', 'direzione', 'doacoes', 'donaciones', 'donate',
    'donation', 'donations', 'donativos', 'donazioni', 'donor', 'donors', 'dons', 'eglise', 'ekonomi', 'empfang', 'enquiries', 'enquiry',
    'escritorio', 'events', 'everybody', 'everyone', 'faleconosco', 'feedback', 'finance', 'finanzen', 'firma', 'foreningen', 'frivillig',
    'front-desk', 'front-office', 'front.desk', 'front.office', 'front_desk', 'frontdesk', 'frontoffice', 'fundacja', 'fundraising',
    'gabinet', 'gemeinde', 'gemeindeamt', 'gemeindebuero', 'gemeindeverwaltung', 'general', 'general-inbox', 'general.enquiries',
    'general.inbox', 'general.office', 'generale', 'generalenquiries', 'generalinbox', 'generalinfo', 'generalinquiries', 'generaloffice',
    'geral', 'geschaeftsstelle', 'geschaftsstelle', 'gifts', 'giving', 'gurdwara', 'hauptbuero', 'hauptverwaltung', 'head-office',
    'head.office', 'headoffice', 'headquarters', 'hello', 'help', 'help-desk', 'helpdesk', 'hola', 'hoofdkantoor', 'hovedkontor',
    'hovedkontoret', 'hq', 'hr', 'huvudkontor', 'iedereen', 'iglesia', 'igreja', 'imprensa', 'inbox', 'info', 'info-desk', 'infodesk',
    'informacion', 'informacje', 'informatie', 'information', 'informazioni', 'inquiries', 'inquiry', 'invoice', 'invoices', 'iroda',
    'jobs', 'kaikki', 'kancelar', 'kancelaria', 'kansli', 'kanslia', 'kantoor', 'kasse', 'kassenwart', 'kassier', 'kassierer', 'kerk',
    'keskus', 'kirche', 'kirchenbuero', 'kirjaamo', 'kirkekontor', 'kirkko', 'kontakt', 'kontor', 'kozpont', 'kundenservice', 'ledelse',
    'leitung', 'mail', 'mailbox', 'mailroom', 'main', 'main-office', 'main.office', 'main_office', 'mainoffice', 'mairie', 'management',
    'marketing', 'masjid', 'media', 'members', 'membership', 'memberships', 'mindenki', 'ministry', 'mitarbeiter', 'moskee', 'mosque',
    'municipio', 'neuvonta', 'newsletter', 'ngo', 'no-reply', 'no_reply', 'noreply', 'office', 'oficina', 'ogolne', 'ogolny', 'operations',
    'operator', 'ordering', 'orders', 'organisation', 'paakonttori', 'palvelu', 'parafia', 'parish', 'parochie', 'paroisse', 'paroquia',
    'parrocchia', 'parroquia', 'pastoral', 'payments', 'payroll', 'personeel', 'pfarramt', 'pfarrbuero', 'pfarrei', 'poczta', 'podatelna',
    'post', 'posta', 'posteingang', 'postmaster', 'postmottak', 'poststelle', 'prensa', 'presbytere', 'presidencia', 'presidente', 'press',
    'presse', 'programme', 'programs', 'projekt', 'protocollo', 'publicrelations', 'rathaus', 'recepcao', 'recepce', 'recepcio',
    'recepcion', 'recepcja', 'receptie', 'reception', 'receptionen', 'rectory', 'redaction', 'redaktion', 'registrar', 'registration',
    'registrator', 'renseignements', 'resepsjon', 'reservations', 'rezeption', 'rh', 'sales', 'school', 'schule', 'schulleitung',
    'secretaire', 'secretaria', 'secretariaat', 'secretariat', 'secretary', 'sede', 'segreteria', 'sekretaer', 'sekretaerin', 'sekretariat',
    'sekretarz', 'sentralbord', 'service', 'seurakunta', 'shop', 'siedziba', 'siege', 'siegesocial', 'sihteeri', 'spende', 'spenden',
    'stadt', 'stadtverwaltung', 'staff', 'standard', 'stiftung', 'support', 'switchboard', 'synagogue', 'synod', 'team', 'temple',
    'tesoreria', 'tesorero', 'tickets', 'titkarsag', 'todos', 'toimisto', 'tous', 'treasurer', 'tresorerie', 'tresorier', 'trustees',
    'tutti', 'ufficio', 'ugyfelszolgalat', 'urzad', 'ustredi', 'vastaanotto', 'vaxel', 'verein', 'vereniging', 'verwaltung', 'vicar',
    'volunteer', 'volunteers', 'vorsitz', 'vorstand', 'vsichni', 'web', 'webmaster', 'webteam', 'welcome', 'wszyscy', 'zarzad',
    'zentralbuero', 'zentrale']), false);

-- Words that people bear as given names and as family names: henk_pipeline.leads.borne_names.names_of_either_kind.
CREATE FUNCTION henk.is_name_of_either_kind(p_word text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_word = any('{
aaaqil, aabid, aadam, aadil, aalam, aamil, aamir, aamirah, aarif, aariz, aasif, aasim, aatiq, aazim, aba, abaan, abbas, abbott, abdalla, abdallah,
abdi, abdirahman, abdulla, abdullah, abdullahi, abel, abid, abraham, abril, abubakar, achieng, adam, adan, adda, adekunle, adeleke, aden, adolfs,
adolph, adrian, agustin, agustina, ahmad, ahmed, akar, akinwale, akinyi, akoth, akumu, alastair, alba, albert, alberto, alberts, albin, albrecht,
alejandro, aleksander, alex, alexander, alexandre, alexius, alfons, alfonso, alfreds, ali, alis, allan, allen, allison, alonso, alonzo, alva,
alvaro, alve, amador, amahle, amara, amari, amaya, amina, amon, amondi, amor, amos, amri, an, anand, anaya, anda, anders, anderson, andile, andra,
andras, andre, andreas, andres, andrew, andris, anes, angel, angus, anna, annas, anne, annes, antal, anthony, antoine, anton, antonello, antonius,
antons, antony, anyango, archer, arelius, arent, ares, argils, arilius, aris, arius, armani, armas, arnau, arnaud, arnes, arngils, arnis, arnold,
arnolds, arora, arta, arturs, aru, arya, aryan, as, asberg, asgils, ashley, ashton, aslan, atha, athman, atieno, atlas, augustin, aune, auraq,
aurora, austin, avery, awadil, awamil, awani, awj, awmar, ayaan, ayamin, ayyubi, azban, azizi, baaqir, baaree, baashir, baasim, baasit, babar,
badr, bahati, bai, bailey, bakari, bala, balazs, baldwin, bale, baleegh, bali, balint, ballard, bambad, ban, banks, baraka, barasa, barbora,
barbu, barna, barnett, baron, barr, barraq, barrett, barron, barry, bartel, bartley, bartolome, barton, bas, basaam, baseer, bashaar, bashaarat,
basheerah, baska, bassi, bastien, batal, batool, bautista, baxter, beck, bedi, bela, bell, belle, bello, belton, ben, bena, benard, benito,
benjamin, bennett, benoit, benson, bentley, benton, bera, berends, berg, bergen, bergmann, bernard, berney, bernhard, bernie, bernodus, berry,
berthold, bertrand, besse, bett, bevan, bibi, bilaal, bird, bishop, bizhan, bjork, blair, blaise, blake, blanca, blanch, blanchard, blanche,
blazej, blin, boas, boban, bode, boe, bogdan, bogus, boniface, booker, boone, borg, boris, borja, bose, bosibori, bowman, boyce, boyd, bradford,
bradley, brady, branch, brande, brandon, brandt, branka, bree, brenna, brennan, brett, brian, brien, brock, broderick, brody, brogan, brooks,
bruce, bruna, bruno, bryan, bryant, bryson, buck, bud, buhari, bui, buraid, burc, burgess, burke, burnett, burr, burrell, burt, burton, bush,
byrd, cahir, cai, cailin, cain, cal, calhoun, callan, cally, cameron, campbell, campo, candelaria, cannon, caolain, capa, carey, carleton, carley,
carli, carlos, caro, caron, carra, carroll, carry, carson, carsten, carter, case, casey, caspar, casper, cassidy, ceara, cetin, chabane, chad,
chadwick, chan, chana, chanda, chandler, chandra, chandran, chaney, chang, char, charles, charlton, charo, chase, chebet, chege, chelangat, chen,
cheng, chepkemoi, chepkoech, chepkorir, cherif, cherotich, cherry, cheruiyot, chin, christen, christian, christie, christoph, christopher, chu,
chung, cirino, cis, claes, clair, clare, clark, clarke, claude, claus, clay, clayton, clemens, clement, clemente, clifford, clinton, cody, coen,
cohen, cole, coleman, coley, colin, collette, collier, collin, collis, colman, colon, colum, con, concepcion, concha, conley, conn, connell,
conner, connor, conrad, constant, conway, cooper, corbett, cordero, cormack, cornelis, corona, corry, cortez, corwin, courtney, craig, crawford,
creed, cristea, cruz, cullen, curley, curtis, cvetko, cyrus, da, daamin, dabir, dahl, dai, dakhil, dale, dalia, dalla, dalton, damian, damurah,
dan, dana, dane, danelius, dani, daniel, daniels, danjuma, dao, dara, darain, darcy, darius, darko, daud, dave, davey, david, davin, davis, davy,
dawson, dawud, day, de, deacon, dean, deane, dee, deegan, deep, del, delaney, delle, delmas, dempsey, demus, deng, denis, dennis, denny, derek,
dermott, desmond, devan, devi, devin, dia, diallo, dick, dickie, dickson, dida, didier, diego, dietrich, dieu, dillon, dima, ding, dinu, diomedes,
dion, dionne, divan, dixon, do, dobbin, doctor, domingo, dona, donald, dong, donnacha, donncha, donnell, donovan, dony, dora, doris, dorota, dorr,
dorsey, dosotheus, douglas, doyle, drake, drew, dries, du, dua, duane, duarte, duc, dudley, duff, dufgus, dugfus, duke, duma, duncan, duong,
durante, duro, dwane, dyer, earl, earle, early, eberhard, eberhardt, ebert, eckhardt, eden, eder, edgars, edin, edvins, edwin, eftimie, ehsaas,
eimer, ejlaal, elder, elentinus, elias, elijah, elis, eller, ellery, elliot, elliott, ellis, ellison, elmars, eloy, elsen, elvis, elwood, emils,
emmanuel, emmerich, en, ene, ennis, eoin, erdogan, ergul, erik, eriks, ernst, ervin, es, esfandyar, eshan, esteban, estes, etienne, eustace,
evalds, everett, ewart, ewing, faber, fabian, fabrisius, faith, faizan, fal, falcon, falk, fall, fallon, fan, fang, farah, fares, farida, farrell,
fay, fazli, federico, fedor, feliciano, feng, fenton, fergus, ferhat, ferrell, ferris, fiachra, fidvi, field, fielding, filip, filippus, finley,
finn, finnegan, fiona, fisher, fitzgerald, fleming, fletcher, flor, florea, florian, floyd, flynn, ford, forrest, foy, franc, frances, francie,
francis, francisco, franck, franco, francois, francoise, franek, frank, franka, franklin, frans, franz, fraser, frazier, frederick, freeman,
french, friedl, friedrich, fritz, fronia, fu, fuller, fulton, fura, gabriel, gaines, gal, gala, gallego, ganesh, gannon, gao, gara, gardner,
garibaldi, garland, garner, garret, garrett, garrison, garry, garvin, gaspar, gaspard, gathoni, gauthier, gavin, gay, gaylord, geary, gee, george,
georges, gera, gerard, germain, ghafoor, ghanee, ghannam, ghasaan, ghauth, ghayoor, ghazi, ghazzal, ghislain, ghunayn, ghutayf, giel, gifford,
gil, gilbert, giles, gilles, gillis, gilmore, gils, gina, gisbert, gitau, githinji, gitonga, glenn, glod, glover, glynn, goda, godfrey, gohar,
golda, golden, gonzalo, gopal, gordon, goska, gotthard, gottlieb, gotz, grace, gracia, grady, graham, grainne, grant, graves, gray, greco, greene,
gregoire, gregor, gregorio, gregory, grein, griffin, griffith, grover, grzesiek, guillaume, gul, gulfam, gulshan, gunn, gunther, guo, gustaw,
guthrie, guy, ha, hae, hagen, haiden, hakim, hale, haley, halim, hallberg, halley, hallgils, hallmann, ham, hamilton, hamisi, hampton, hamza, han,
hang, hanna, hannah, hannes, hans, hanson, hardi, hardie, hardin, harding, hardy, hari, harley, harm, harmon, harper, harrell, harris, harrison,
harry, hart, hartley, harty, harvey, hasan, hassan, hayden, hays, hayward, he, heath, heba, hebert, hein, heini, heino, heinrich, heinz, helen,
henery, henk, henni, henri, henric, henriks, henry, herbert, hergils, heribert, herman, hermann, hermes, hernando, herrmann, herve, hester, hide,
hilarius, hilary, hilbert, hillery, hilliard, hilmer, hilton, ho, hoang, hocine, hodge, holden, holland, holm, hong, honore, hoover, hope,
hopkins, horn, horst, horton, hoseas, hosey, hou, houston, howard, howell, hu, hua, huang, hubbard, hubert, hudson, hugo, hui, humphrey, hunter,
hurley, hussain, hussein, huzaifa, hyman, hynek, ibraaheem, ibrahim, idris, iftikhaar, ignac, igors, ihab, ihsaan, ihtiram, ijli, ilan, imrich,
ingram, ireland, irungu, irvine, irving, irwin, isaac, ismail, issa, issac, issack, ivars, ivory, jaabir, jaanus, jabir, jabr, jackson, jacob,
jacoby, jacques, jad, jahdami, jahdari, jaime, jakobs, jakub, jalaal, jalil, jamaal, jamar, jameel, james, jameson, jan, janek, jani, janic,
janik, janko, jano, janos, jans, janus, jaquez, jara, jarka, jarl, jarvis, jas, jean, jebet, jefferson, jelagat, jele, jelle, jemutai, jenni,
jennings, jens, jepchirchir, jepchumba, jepkoech, jepkorir, jepkosgei, jeptoo, jeremias, jerman, jerono, jerop, jerotich, jeruto, jes, jesus,
jiang, jiles, jin, job, jobe, joe, joel, johann, johannes, johans, john, johnstone, jonas, jong, jordan, joris, joseph, joshua, josko, jost,
joyce, joye, juan, judd, judge, julia, julian, julien, julius, juma, jung, junior, junius, jurek, kaamil, kabeer, kabir, kabiru, kachela, kaci,
kade, kadri, kaiser, kaja, kaktus, kala, kale, kaleem, kaleema, kalla, kalman, kamal, kamau, kamran, kanda, kane, kang, kania, kanini, kaprasius,
kar, kara, karaamat, karam, karan, karani, karanja, kari, karimi, karis, kariuki, karl, karles, karlis, karol, kasam, kashif, kasim, kaspar,
kaspars, kasper, kassim, kata, katana, katarinus, kay, kaya, kaysan, kazik, keegan, keelan, keeley, keely, keenan, keith, kelley, kelly, kelvin,
kemboi, kendall, kendra, kenna, kennedy, kenny, kent, kerubo, kevin, keya, khaled, khalil, khamisi, kiarie, kibet, kieran, kiernan, kiljan,
kilonzo, kim, kimani, kimanzi, kimathi, kimeu, kimutai, king, kingston, kinuthia, kinyanjui, kinyua, kioko, kipchirchir, kipchumba, kipkemboi,
kipkemoi, kipkirui, kipkoech, kipkorir, kipkosgei, kipkurui, kiplagat, kiplangat, kiplimo, kipngeno, kipngetich, kiprono, kiprop, kiprotich,
kipruto, kipsang, kiptoo, kipyegon, kirby, kirk, kirui, klaas, klaus, klemens, klement, knox, ko, kocak, koech, kolka, kolton, kong, konrad,
konstantinus, konstanty, korir, kornelius, kort, kosgei, kota, kris, krish, krishna, kristens, kristers, kristof, krysta, krzysiek, kuba, kumar,
kumi, kuria, kwamboka, kyalo, labeeb, lacey, lacy, lada, lage, lahiah, lai, lajlaj, lala, lalla, lam, lambert, lamont, landen, landin, landon,
lane, lang, langat, lara, larentius, larkin, lars, larus, laszlo, latif, laureano, laurent, lauri, lavelle, lawrence, lawson, layth, lazar, le,
lee, leen, leland, lennon, leon, leonard, leone, leons, leopold, leos, leroy, leslie, lester, letta, levin, levis, levy, lew, lewis, li, liam,
lian, liang, liao, lica, lie, lien, liepa, lilja, lill, lillis, lim, limazah, limon, lin, lincoln, lind, linda, lindberg, linde, lindell, linden,
lindsay, lindsey, ling, link, linna, linton, lis, liston, little, liu, liyaaqat, liyaqat, lloyd, lo, logan, loke, london, long, lorens, lorenz,
lorenzo, louis, lourenco, love, lovett, lowe, loyal, loyola, lu, luay, luc, lucas, lucero, lucio, ludwig, luis, lukas, lukasz, lula, luna, luo,
luong, luqmaan, luqman, luster, lut, lutf, lutz, luz, lynn, ma, maalik, maawiya, mac, macarthur, macauley, mace, macharia, mack, mackenzie, mad,
madani, madara, madden, maddox, maddy, made, madiyan, madzia, mae, magan, magnus, mahbeer, mahbub, maheen, maher, mahfuj, mahfuz, mahi, mahmood,
mahmoud, mai, maia, maina, maingi, maire, mairtin, maj, majd, majeed, major, makau, makena, maki, makokha, makori, maksym, mala, malina, man,
manda, mandla, mani, manley, manne, manning, manole, mans, mansfield, manson, mansour, mante, manuel, mao, mara, maras, marcin, marco, marcos,
mare, marek, margita, mari, marian, marias, marie, marin, marini, marino, marion, maris, marius, mark, marko, markus, marley, maron, maroof,
maros, marques, marquez, marry, mars, marsellius, marsh, marshall, marta, marte, marti, martin, martins, marton, marty, martyn, marus, marvin,
marwa, mary, maryadi, masar, masha, masika, masinde, mason, matas, mate, mateo, mathews, mathias, mathieu, mathis, mati, matias, matic, matt,
matthews, matthias, matthijs, mattias, matus, maurice, maury, maximus, maxwell, may, maya, maye, maynard, mayo, maza, mbithi, mboya, mbugua,
mburu, mckenna, mckenzie, mckinley, meaghan, medina, mees, melchior, melia, melichar, melo, melody, melton, melville, melvin, mena, meng, mercer,
meredith, merle, merritt, merry, mey, miah, mias, michael, michalek, michel, mignon, miguel, mik, miklos, mikus, mila, milas, miles, miley, milka,
milla, millard, milota, min, miner, minta, mir, miranda, miro, misra, mitchell, mitra, miya, mlungisi, modi, modis, moe, mohamed, mohammad,
mohammed, mohamud, momanyi, monroe, montana, monte, montgomery, montserrat, moody, moon, mora, moraa, moreno, morgan, moric, morits, moritz,
morris, mortimer, morton, mose, moses, moss, mourib, moussa, moya, muchiri, muema, mueni, mugambi, mugendi, mugo, muia, muireann, muiruri,
mukhwana, muli, mulwa, mumbi, mumo, munene, mungai, muni, munyao, munyoki, mur, murat, muriithi, murimi, murithi, muriuki, murphy, murray, musa,
musau, musee, musembi, musila, mustafa, mustapha, mustofa, musyoka, musyoki, mutai, muthama, muthengi, muthoka, muthoni, muthui, mutia, mutie,
mutinda, mutiso, mutisya, mutua, mutuku, mutunga, muturi, mwangangi, mwangi, mwaniki, mwanzia, mwaura, mwende, mwendwa, mwikali, mwiti, myles, na,
naail, nabeel, nabih, nacer, nadeem, nader, naeem, nafula, nagi, nail, nair, najam, najeeb, naliaka, nam, nanjala, naomh, naomi, naser, nash,
nath, nazario, ndegwa, nderitu, ndirangu, nduku, ndunge, ndungu, nduta, nea, neal, needham, neill, nekesa, nelima, nelson, neptunus, nestor,
neville, nevin, newman, newton, nganga, ngari, ngigi, ngo, ngugi, nguyen, nhlanhla, nia, nicholas, nicol, nicolas, niels, nieves, nikolas,
nikolaus, niksa, nikulas, nils, nino, nita, nixon, njagi, njenga, njeri, njeru, njiru, njogu, njoki, njoroge, njue, njuguna, noble, noel, nolan,
noor, nori, norman, normand, norris, norry, north, norton, nur, nyaboke, nyaga, nyakundi, nyamai, nyambura, nyanchama, nyawira, nyongesa, nzioka,
nzomo, ocampo, ochieng, oda, odhiambo, odongo, oduor, oisin, okello, okoth, oktavius, oktovius, okumu, oliva, olive, oliver, olivier, oloo,
oluoch, om, omair, omar, omara, omari, omeir, omondi, omran, ondieki, oneal, onyango, opiyo, orfeus, orlando, orn, orris, osborn, osborne, oskars,
osman, ossama, osvalds, oswald, otieno, ott, ottis, otto, ouma, owais, owen, owino, owuor, pablo, page, pal, pala, pall, palma, palmer, pan,
pangestu, paris, park, parker, parmes, parrish, parsa, pascal, pascual, pastor, patrick, pau, paul, pavel, pavlo, pavol, paw, paz, pearce, pedro,
peer, pelayo, peng, pepe, peri, perri, perry, peter, petrus, peyton, philip, philipp, philippe, pierce, pierre, pina, pino, piret, pol, porter,
prabowo, prasetya, prasetyo, pratt, prayoga, prentice, pres, preston, prince, prokop, qaasim, qabeel, qadar, qadeer, qahtan, qaim, qais, qaseem,
qasif, qian, qin, quadir, quinn, qusay, qutaybah, raaghib, raakin, raashid, raatib, rabah, rabar, rabb, rabbani, rabee, rabiah, radi, raed, rael,
rafay, rafeek, rafi, rahayu, raheel, rahman, raid, rainer, raj, raja, rajan, rajata, raju, raleigh, ram, rama, ramadan, ramadhan, raman, ramesh,
ramon, ramsey, rana, rand, randall, randolph, rashid, rasmus, ravi, ray, raymond, rea, redmond, reed, reese, regan, reid, reilly, reina, reiner,
reinhardt, reis, remy, ren, renard, renaud, rey, reyna, ricci, rice, rich, richard, richie, richmond, rickard, rico, ridge, rikke, riley, rio,
risa, ritchie, robb, robert, robin, rock, roddy, rodgers, rodrigo, rodrigue, roe, roger, rohaan, rohan, rok, roland, roldan, rolland, roma,
romain, roman, romano, ronan, rono, roos, roque, ros, rosa, rosario, rose, rosenberg, rosina, rosinkrans, ross, rotich, rowan, rowland, roy, rua,
rubin, rudolf, rudolfs, rudolph, rufus, rush, russel, russell, rut, rutherford, ryan, ryder, saabir, saad, saafir, saahir, saajid, saal, saalim,
saaqib, saar, saariyah, sabah, sabeeh, sabil, sabiq, sabir, saboor, sabri, sabur, saburah, saci, sadan, sadaqat, sade, sadeed, safari, said,
saidi, sair, sakarias, salah, salami, saleh, salem, salim, salmon, salomon, salvador, salvi, sam, sami, sammy, sampson, samson, samuel, samwel,
san, sancho, sander, sandi, sandor, sanford, sang, sani, santana, santi, santiago, sapa, saul, sawyer, scott, sebastian, selin, sem, sen, senn,
seo, sepp, seth, sever, seymour, sha, shan, shannon, shao, shea, shehu, shekoni, shelton, shen, shepherd, sheridan, sherman, sherry, shi, shin,
sierra, sifuna, sigfus, sigurhans, sigurlas, sigurnyas, sigurnyjas, siim, sila, silke, sima, simiyu, simo, simon, sinan, sirin, sirus, slavica,
sloane, soffanias, sofonias, sofus, sokrates, sola, solberg, sole, solomon, sommer, son, song, soo, soon, sophanias, sophus, souma, spartakus,
spencer, spenser, srinivas, stafford, stan, stancu, stanley, stanton, stas, steen, stefan, steffen, stein, steinberg, steinmann, stephen, steward,
stewart, storm, stuart, su, suleiman, sullivan, sun, sung, sur, suresh, susi, suvi, svanberg, swaleh, syrus, taaj, taanish, tabassum, tadeen,
tafazal, tahaw, tahawwur, taheem, tahir, tahmaseb, taimur, taj, tajammul, tak, talal, talat, talha, talhah, tali, talib, tamanna, tamas, tan,
tang, tanguy, tanner, tara, tate, tavares, tawkeel, taylor, tella, tena, terrell, terry, the, thibault, thibaut, thierry, thies, thijs, thom,
thomas, thor, thorgils, thornton, thuo, thys, tian, tiernan, tillman, timoteus, titus, tobias, tobin, todd, toma, tomas, tome, tomek, toms, tong,
torrence, toy, tracey, tracy, tran, travis, treacy, treasa, troy, trudel, tsuma, tu, tucker, tudor, tumas, tutu, tyler, ubaadah, ubadah, ubaid,
ubaidah, ubay, ubayd, ubaydullah, uche, udeen, ugo, uhban, ulker, ullrich, ulrich, umaarah, umair, umar, uranus, urbain, urban, urrab, utama,
vahar, vaino, vala, valdis, valencia, valentin, valentine, valentino, valentinus, valero, vali, valves, van, vance, vara, vaughan, vaughn,
vavrinec, vega, veit, vela, venkatesh, vera, verda, vi, vicente, victor, victory, vidal, viera, vigfus, vik, viktors, vilis, villa, vina, vincent,
viola, virag, virgilio, vitali, von, vu, waahid, waajid, wachira, wade, wadi, wadood, wafa, wafeeq, wafula, wahhaaj, wainaina, wairimu, walker,
wallace, walter, walton, waluyo, wamalwa, wambua, wambugu, wambui, wan, wanda, wang, wangari, wangila, wangui, wanja, wanjala, wanjiku, wanjiru,
wanjohi, wanyama, wanyonyi, warner, warren, washington, watt, waweru, weaver, webster, wei, wekesa, weldon, wen, wende, wenzel, werner, wesonga,
west, westin, weston, wheeler, whitney, wieland, wiley, wilhelm, will, wille, willem, william, willis, wilma, wilson, wilton, winter, wojciech,
wolf, wong, woo, wu, wulf, wur, wyatt, wyman, xia, xiao, xie, xu, xue, yaa, yadid, yafir, yaghnam, yahia, yahyaa, yaman, yan, yang, yao, yar,
yasir, yawer, ye, yi, yilmaz, yin, ying, yolanda, yoo, yoon, york, you, young, yu, yuan, yun, yussuf, yusuf, zaafir, zaahid, zaahir, zaakir, zach,
zacharia, zachariah, zacharias, zackariya, zafar, zafir, zafrul, zahaar, zaheer, zahri, zahrun, zahur, zak, zakarias, zander, zarar, zarina,
zayyir, zelaya, zeng, zhang, zhao, zheng, zhong, zhou, zhu, zigmund, zola, zophanias, zophonias, zu, zuwayhir}'::text []), false);

-- Whether one first name is an initial of the other, and neither the birth date nor the middle name agrees: "J. Smith" of a family's telephone is John
-- or Jane, also where only one of them is known by now.
CREATE FUNCTION henk.is_unproven_initial(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(least(length((p_one).first), length((p_other).first)) = 1 AND (p_one).first <> (p_other).first
    AND (p_one).first IS NOT NULL AND (p_other).first IS NOT NULL, false)
AND NOT coalesce((p_one).birth = (p_other).birth, false) AND NOT coalesce(henk.begins_like((p_one).middle, (p_other).middle), false);

-- Whether names agree so far that a key of a kind (0 id, 1 e-mail address, 2 telephone) holds two: henk_pipeline.leads.match.agrees. Of one telephone
-- Kim Lee and Lee Kim are a couple, or one person: an equal birth date decides.
CREATE OR REPLACE FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce((p_one).generation = (p_other).generation, true) AND CASE p_kind WHEN 0 THEN n.first_agrees OR n.last_agrees
        WHEN 1 THEN n.first_agrees AND n.rest_agrees AND (n.last_agrees OR (p_one).first IS NOT NULL AND (p_other).first IS NOT NULL)
        ELSE n.first_agrees AND n.last_agrees AND n.rest_agrees END
    FROM (SELECT
        e.exchanged OR henk.first_names_agree(p_one, p_other) AND NOT (p_kind = 2 AND henk.is_unproven_initial(p_one, p_other)) AS first_agrees,
        (e.exchanged OR coalesce(henk.without_umlauts((p_one).last) = henk.without_umlauts((p_other).last) OR (p_one).last_words && (p_other).last_words, true))
            AND NOT henk.numbers_contradict((p_one).last, (p_other).last) AS last_agrees,
        coalesce((p_one).birth = (p_other).birth, true)
            AND (((p_one).generation IS NULL) = ((p_other).generation IS NULL) OR coalesce((p_one).birth = (p_other).birth, false)
                OR coalesce((p_one).first = (p_other).last OR (p_one).last = (p_other).first, false))
            AND henk.middle_names_agree(p_one, p_other) AND NOT henk.second_families_differ(p_one, p_other)
            AND NOT henk.sex_words_contradict(p_one, p_other)
            AND NOT henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) AS rest_agrees
        FROM (SELECT CASE WHEN henk.names_are_exchanged(p_one, p_other)
            THEN p_kind <> 2 OR coalesce((p_one).birth = (p_other).birth, false) OR NOT (
                henk.is_name_of_either_kind((p_one).first) AND henk.is_name_of_either_kind((p_one).last)
                OR henk.is_name_of_either_kind((p_other).first) AND henk.is_name_of_either_kind((p_other).last))
            ELSE false END AS exchanged) e) n
$$;

REVOKE EXECUTE ON FUNCTION henk.is_name_of_either_kind(text), henk.is_unproven_initial(henk.compared_name, henk.compared_name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.is_name_of_either_kind(text), henk.is_unproven_initial(henk.compared_name, henk.compared_name) TO service_role;

-- Numbers that cost the caller, of the countries of our businesses (libphonenumber's "premium rate" and "personal"); imports know those of all.
CREATE FUNCTION henk.is_premium_phone(p_phone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_phone ~ '^[+](1900[2-9][0-9]{6}|449[018][0-9]{8}|4470[0-9]{8}|49900[1-9][0-9]{5,6}|3389[1-37-9][0-9]{6})$', false);

-- Words of names of estates and of people who have died: the reader of files judges them (decision 27).
CREATE FUNCTION henk.may_be_dead(p_name text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_name ~* '\m(estate\M|late\M|dec\M|decd\M|deceas|died\M|dead\M|probate|nachla|erben|verstorb|gestorb|succession|h.?ritier|d.?c.?d.?e?\M|nalatenschap|erven\M|overled|esp.?lio|falec|herdeir|herencia|hereder|sucesi|testament|fallec)', false);

REVOKE EXECUTE ON FUNCTION henk.is_premium_phone(text), henk.may_be_dead(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.is_premium_phone(text), henk.may_be_dead(text) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['henk.discard_junk()', 'henk.is_nobodys_phone(p.phone)', '(henk.is_nobodys_phone(p.phone) OR henk.is_premium_phone(p.phone))'],
        ['henk.discard_junk()', 'henk.is_nobodys_phone(p.mobile_phone)', '(henk.is_nobodys_phone(p.mobile_phone) OR henk.is_premium_phone(p.mobile_phone))'],
        ['henk.create_list(uuid, text, jsonb)', 'OR concat(p.first_name, p.last_name) ~',
            'OR henk.may_be_dead(concat_ws('' '', p.first_name, p.last_name)) OR concat(p.first_name, p.last_name) ~']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as migrations 0057 and 0050 made it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

-- migrate:down
-- Forward only.
