/** Fixed sentences, topics and answers in German, by the English ones. */
export const STATEMENTS = {
  // Under tables.
  '= marks a tie.': '= kennzeichnet Gleichstand.',
  'Days without an entry are left out.': 'Tage ohne Eintrag sind weggelassen.',
  'Months without an entry are left out.': 'Monate ohne Eintrag sind weggelassen.',
  'A ban counts under the kind that was tried most before it.':
    'Eine Sperre zählt unter der Art, die vor ihr am häufigsten versucht wurde.',
  'No address belongs to a known research scanner.': 'Keine Adresse gehört einem bekannten Forschungsscanner.',
  'No firewall was asked to block any of them.': 'Keine Firewall sollte eine davon blockieren.',

  'Put together from what the log says. It does not have every answer of the server.':
    'Zusammengesetzt aus dem, was das Log sagt. Nicht jede Antwort des Servers steht darin.',
  Client: 'Client',
  Server: 'Server',

  // The method.
  Remark: 'Hinweis',
  Counted: 'Zählweise',
  Origins: 'Herkunft',
  Credit: 'Nachweis',
  Unknown: 'Unbekannt',
  Imported: 'Übernommen',
  Rule: 'Regel',
  'Not computed': 'Nicht berechnet',
  'Percentages are rounded half up to one decimal, each by itself. Entries with equal counts share a rank, and all that tie with the last are listed.':
    'Prozentwerte sind kaufmännisch auf eine Nachkommastelle gerundet, jeder für sich. Einträge mit gleicher Anzahl teilen sich einen Rang, und alle, die mit dem letzten gleichauf liegen, sind aufgeführt.',
  'Their origins were looked up when they were imported, their kinds follow from the names of jails, and their attempts are those that were recorded there.':
    'Ihre Herkunft wurde bei der Übernahme nachgeschlagen, ihre Art folgt aus dem Namen des Jails, und ihre Angriffsversuche sind die dort aufgezeichneten.',
  'Bans: the ledger has none in this period.': 'Sperren: Das Register hat keine in diesem Zeitraum.',
  'Attempts: the ledger has no tallies of this period.':
    'Angriffsversuche: Das Register hat keine Zählung dieses Zeitraums.',
  'User names: the ledger has none of this period.': 'Benutzernamen: Das Register hat keine aus diesem Zeitraum.',
  'Countries: no origin names one.': 'Länder: Keine Herkunftsangabe nennt eines.',
  'Organizations: no origin names one; the country data that comes with Rapsheet has none.':
    'Organisationen: Keine Herkunftsangabe nennt eine; die mitgelieferten Länderdaten haben keine.',
  'Maps: no origin names a country or a place.': 'Karten: Keine Herkunftsangabe nennt ein Land oder einen Ort.',
  'Types of network: no origin names one.': 'Netztypen: Keine Herkunftsangabe nennt einen.',
  'Totals without research scanners: no address belongs to one that is known.':
    'Summen ohne Forschungsscanner: Keine Adresse gehört einem, der bekannt ist.',
  'Addresses on several hosts: all bans are of one host.':
    'Adressen auf mehreren Hosts: Alle Sperren betreffen einen Host.',
  'Targets: no line of evidence that was looked at names one.': 'Ziele: Keine der geprüften Zeilen nennt eines.',
  'A dialogue with the mail server: no line of evidence that was looked at tells of one.':
    'Gespräch mit dem Mailserver: Keine der geprüften Zeilen erzählt von einem.',
  'Comparison with the period before: this one has no beginning or no end.':
    'Vergleich mit dem Zeitraum davor: Dieser hat keinen Anfang oder kein Ende.',
  'Comparison with the period before: this one is not over.':
    'Vergleich mit dem Zeitraum davor: Dieser ist noch nicht vorbei.',
  'This month is synthetic: its log lines were generated, its addresses are from a range for benchmarks, and only its figures follow the article that the project starts from.':
    'Dieser Monat ist künstlich: Seine Logzeilen wurden erzeugt, seine Adressen stammen aus einem Bereich für Leistungstests, und nur seine Zahlen folgen dem Artikel, von dem das Projekt ausgeht.',
  'This report is made to be published: names of hosts and users, mail addresses, and addresses of customers are not told.':
    'Dieser Bericht ist zur Veröffentlichung bestimmt: Namen von Hosts und Benutzern, Mailadressen und Adressen von Kunden sind nicht genannt.',

  // What sources of origin data tell of.
  country: 'Land',
  asn: 'ASN',
  organization: 'Organisation',
  network: 'Netz',
  coordinates: 'Koordinaten',
  type: 'Netztyp',

  // Types of network, and groups of kinds.
  hosting: 'Hosting',
  access: 'Internetzugänge',
  business: 'Unternehmen',
  education: 'Bildung',
  government: 'Behörden',
  vpn: 'VPN und Proxys',
  scanner: 'Forschungsscanner',
  'IMAP and POP3 logins': 'Anmeldungen per IMAP und POP3',

  // The rap sheet.
  Reported: 'Gemeldet',
  approved: 'freigegeben',
  sent: 'gesendet',
  answered: 'beantwortet',
  bounced: 'unzustellbar',
  'given up': 'aufgegeben',
  Subject: 'Gegenstand',
  Returns: 'Kommt wieder',
  Adapted: 'Angepasst',
  Location: 'Lage',
  Source: 'Quelle',
  Blocklist: 'Sperrliste',
  Blocklists: 'Sperrlisten',
  'Reverse name': 'Name im DNS',
  Registered: 'Eingetragen',
  'Abuse contact': 'Missbrauchskontakt',
  'Tor exit': 'Tor-Ausgang',
  none: 'keiner',
  'not at all': 'gar nicht',
  'The ledger knows nothing of it.': 'Das Register weiß nichts darüber.',
  'Everything that the ledger has recorded, from the first time to the last.':
    'Alles, was das Register aufgezeichnet hat, vom ersten Mal bis zum letzten.',
  'No ban that was looked at has it in its evidence.': 'In den Belegen der geprüften Sperren kommt er nicht vor.',

  // Cells and spans of time.
  yes: 'ja',
  no: 'nein',
  never: 'nie',
  'without end': 'ohne Ende',
  'all time': 'gesamter Zeitraum',
  'the same time before': 'gleich lange davor',
  to: 'bis',
};
