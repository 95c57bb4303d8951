"""The Foundation's gifts: donors, gifts, pledges, tax receipts, and what is told to the tax office.

The Association only collects: what is given in its basket is a line of the Foundation, and only the Foundation issues
receipts (domain §1.1). Staff of the Association never see these amounts.
"""
