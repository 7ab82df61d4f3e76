"""The case of Tam Xuân II commune, 2022."""
