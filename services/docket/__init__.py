"""Laws before assemblies: petitions, hearings, votes, remedies, reviews."""
