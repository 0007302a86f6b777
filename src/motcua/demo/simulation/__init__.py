"""The past of a demo province: months of dossiers that the transition table itself lets happen (decision 0033).

`shape` says how much, where and when (facts/simulation.json); `axis` turns working time into a line; `courses` tells one dossier's story;
`loading` sends them through the bulk import, seals and checks; `signed` lets the real services make real signed results and receipts.
"""
