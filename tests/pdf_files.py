"""Small PDFs, written by hand."""


def lines(*texts, left=72, top=780, size=12, pitch=14):
    """Drawing commands for lines of text below one another, from `top` points above the page's lower edge."""
    shown = " ".join("({}) Tj T*".format(text.replace("(", "\\(").replace(")", "\\)")) for text in texts)
    return f"BT /F {size} Tf {pitch} TL {left} {top} Td {shown} ET "


def picture(size=842):
    """Drawing commands for a grey picture in the page's corner, so many points wide and high."""
    return f"q {size} 0 0 {size} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q "


def page_of(parts):
    return "".join(parts)


def pdf(*pages, letters="", page="", catalog="", trailer=""):
    """A PDF with these pages of drawing commands; `letters` says which letters the font's codes are."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding{'/ToUnicode 4 0 R' if letters else ''}>>",
        f"<</Length {len(letters)}>>stream\n{letters}\nendstream",
    ]
    for number, commands in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{page}/Contents {6 + 2 * number} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(commands.encode('cp1252', 'replace'))}>>stream\n{commands}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return out + head + table + end
