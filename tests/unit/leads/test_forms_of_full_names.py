"""Full names of couples, families and addressees, and titles of other languages: a form that a voice can say, or the text as it is."""

import polars as pl
import pytest

from henk_pipeline.leads.names import split_full_names

FORMS = {
    # A couple of whom one has a title and no given name is not divided.
    "John Smith & Mrs. Smith": (None, "John Smith & Mrs. Smith"),
    "Mr. John Smith and Dr. Smith": (None, "Mr. John Smith and Dr. Smith"),
    "Mr. Smith and Jane Smith": (None, "Mr. Smith and Jane Smith"),
    "Mrs. Smith and Bo Rand": (None, "Mrs. Smith and Bo Rand"),
    "Mr. Smith and Mrs. Smith": (None, "Smith"),
    "Smith & Mrs. Smith": (None, "Smith"),
    "Dr. John and Mrs. Jane Smith": ("John and Jane", "Smith"),
    "John and Jane Smith": ("John and Jane", "Smith"),
    "Mr. & Mrs. John Smith": ("John", "Smith"),
    "John Smith, Mr. & Mrs.": ("John", "Smith"),
    "M. et Mme Tom Quill": ("Tom", "Quill"),
    "Mme et M. Tom Quill": ("Tom", "Quill"),
    "Sr. y Sra. Quill Soto": (None, "Quill Soto"),
    "Sra. y Sr. Pedro Soto": ("Pedro", "Soto"),
    "Quill, Ada & Rand, Bo": (None, "Ada Quill and Bo Rand"),
    "Quill, Ada & Quill, Bo": ("Ada and Bo", "Quill"),
    "Quill, Ada & Bo": ("Ada and Bo", "Quill"),
    "Ada Quill or Bo Rand": (None, "Ada Quill and Bo Rand"),
    "Ada or Bo Rand": ("Ada and Bo", "Rand"),
    "Tom oder Ada Quill": ("Tom and Ada", "Quill"),
    "Tal Or Cohen": ("Tal Or", "Cohen"),
    # Titles.
    "Dr. med. Ada Quill": ("Ada", "Quill"),
    "Prof. Dr. rer. nat. Ada Quill": ("Ada", "Quill"),
    "Dr. Med Ada Quill": ("Med Ada", "Quill"),
    "Dipl.-Ing. Tom Quill": ("Tom", "Quill"),
    "Dña. Ada Quill": ("Ada", "Quill"),
    "Doña Ada Quill": ("Ada", "Quill"),
    "Me Ada Quill": ("Ada", "Quill"),
    "Me Quill": ("Me", "Quill"),
    "Maître Ada Quill": ("Ada", "Quill"),
    "Smith Jane Ms": ("Jane", "Smith"),
    "Jane Smith Ms.": ("Jane", "Smith"),
    "Smith Mr": (None, "Smith"),
    "Michael Herr": ("Michael", "Herr"),
    "Ada Quill VIP": ("Ada", "Quill"),
    # Families.
    "Familie Quill": (None, "Familie Quill"),
    "Fam. Quill": (None, "Fam. Quill"),
    "Famille Quill": (None, "Famille Quill"),
    "Familia Quill Soto": (None, "Familia Quill Soto"),
    "Eheleute Quill": (None, "Eheleute Quill"),
    # Addressees.
    "Bob Smith c/o Jane Doe": ("Bob", "Smith"),
    "c/o Jane Doe": ("Jane", "Doe"),
    "Jane Smith or Current Resident": ("Jane", "Smith"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_full_name_is_read_as_it_is_said(name):
    assert split_full_names(pl.Series([name])).row(0) == FORMS[name]
