"""200 cells of the national catalogue, read by hand.

What each states, and whether it states one limit.

Source: cells and remarks of the column of channels, limits and fees in the national catalogue
(2,642 procedures, crawl of June/July 2026; `tthc_cong_dvcqg`). `EASY` are cells of the cut-out and
remarks of one sentence; `HARD` are the hundred remarks with most to account for.
Each row: the text, the limits that a reader finds in it, whether there is one that holds for any
dossier of the procedure from its receipt. The hard ones were read from the texts alone, without
looking at what the parser says.
"""

from typing import Final

Row = tuple[str, tuple[str, ...], bool]

EASY: Final[tuple[Row, ...]] = (
    ("5 Ngày làm việc", ("5 ngày làm việc",), True),
    ("1", (), False),
    ("Không có thông tin", (), False),
    ("30 Ngày", ("30 ngày",), True),
    ("1 Giờ", ("1 giờ",), True),
    ("0", (), False),
    ("24 Giờ", ("24 giờ",), True),
    ("12 Tháng", ("12 tháng",), True),
    ("1.5 Ngày làm việc", ("1,5 ngày làm việc",), True),
    ("02 Ngày làm việc", ("2 ngày làm việc",), True),
    ("250 Ngày làm việc", ("250 ngày làm việc",), True),
    ("8 Giờ", ("8 giờ",), True),
    ("120", (), False),
    ("300 Ngày", ("300 ngày",), True),
    ("28 Giờ", ("28 giờ",), True),
    ("6 Tháng", ("6 tháng",), True),
    ("Không quá 15 ngày làm việc", ("15 ngày làm việc",), True),
    ("35 ngày kể từ ngày nhận đủ hồ sơ hợp lệ", ("35 ngày",), True),
    ("15 ngày hợp lệ kể từ ngày nhận được hồ sơ", ("15 ngày",), True),
    ("6 ngày, kể từ ngày nhận được hồ sơ hợp lệ", ("6 ngày",), True),
    ("15 ngày kể từ ngày nhận được hồ sơ hợp lệ", ("15 ngày",), True),
    ("30 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ.", ("30 ngày",), True),
    ("8 ngày, kể từ ngày nhận được hồ sơ hợp lệ.", ("8 ngày",), True),
    ("6 ngày, kể từ ngày nhận được hồ sơ hợp lệ.", ("6 ngày",), True),
    ("10 ngày làm việc kể từ ngày nhận được hồ sơ.", ("10 ngày làm việc",), True),
    ("15 ngày làm việc kể từ ngày nhận được hồ sơ.", ("15 ngày làm việc",), True),
    ("10 ngày kể từ ngày nhận được văn bản đề nghị", ("10 ngày",), True),
    ("10 ngày kể từ ngày nhận đủ hồ sơ theo quy định", ("10 ngày",), True),
    ("05 ngày kể từ ngày nhận đủ hồ sơ theo quy định.", ("5 ngày",), True),
    ("01 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ", ("1 ngày làm việc",), True),
    ("Tối đa 30 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ.", ("30 ngày",), True),
    ("02 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ", ("2 ngày làm việc",), True),
    ("30 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.", ("30 ngày làm việc",), True),
    ("02 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ.", ("2 ngày làm việc",), True),
    ("05 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ.", ("5 ngày làm việc",), True),
    ("15 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ", ("15 ngày làm việc",), True),
    ("05 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ", ("5 ngày làm việc",), True),
    ("Tối đa là 15 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ", ("15 ngày",), True),
    ("tối đa là 30 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ", ("30 ngày",), True),
    ("không quá 30 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ", ("30 ngày",), True),
    ("03 ngày làm việc kể từ ngày nhận được hồ sơ hợp lệ.", ("3 ngày làm việc",), True),
    ("05 (năm) ngày làm việc kể từ ngày nhận hồ sơ hợp lệ.", ("5 ngày làm việc",), True),
    ("5 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định", ("5 ngày làm việc",), True),
    ("07 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định", ("7 ngày làm việc",), True),
    ("15 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định", ("15 ngày làm việc",), True),
    ("30 ngày làm việc kể từ ngày nhận đủ hồ sơ theo quy định", ("30 ngày làm việc",), True),
    ("18 ngày làm việc kể từ ngày nhận đủ hồ sơ theo quy định", ("18 ngày làm việc",), True),
    ("15 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("15 ngày làm việc",), True),
    ("20 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("20 ngày làm việc",), True),
    ("06 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("6 ngày làm việc",), True),
    ("13 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("13 ngày làm việc",), True),
    ("22 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("22 ngày làm việc",), True),
    ("11 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("11 ngày làm việc",), True),
    ("04 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("4 ngày làm việc",), True),
    ("02 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("2 ngày làm việc",), True),
    ("08 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("8 ngày làm việc",), True),
    ("10 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("10 ngày làm việc",), True),
    ("05 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("5 ngày làm việc",), True),
    ("06  ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ("6 ngày làm việc",), True),
    ("03 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định.", ("3 ngày làm việc",), True),
    ("05 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ, hợp lệ", ("5 ngày làm việc",), True),
    ("15 ngày làm việc kể từ ngày nhận được đầy đủ hồ sơ hợp lệ.", ("15 ngày làm việc",), True),
    ("20 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ, hợp lệ", ("20 ngày làm việc",), True),
    ("05 (năm) ngày làm việc kể từ ngày nhận hồ sơ đầy đủ, hợp lệ.", ("5 ngày làm việc",), True),
    ("07 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ và hợp lệ", ("7 ngày làm việc",), True),
    ("trong vòng 10 ngày kể từ ngày nhận được đầy đủ hồ sơ hợp lệ.", ("10 ngày",), True),
    ("(Không có)03 ngày làm việc kể từ ngày nhận được hồ sơ hợp lệ.", ("3 ngày làm việc",), True),
    ("04 ngày làm việc, kể từ ngày nhận đủ hồ sơ đúng theo quy định", ("4 ngày làm việc",), True),
    ("02 ngày làm việc, kể từ ngày nhận đủ hồ sơ đúng theo quy định", ("2 ngày làm việc",), True),
    ("10 ngày làm việc kể từ ngày nhận được hồ sơ của doanh nghiệp.", ("10 ngày làm việc",), True),
    ("02 ngày làm việc, kể từ ngày nhận đủ hồ sơ đúng theo quy định.", ("2 ngày làm việc",), True),
    ("Trong vòng 15 ngày kể từ ngày nhận được hồ sơ, tài liệu hợp lệ.", ("15 ngày",), True),
    ("- Bưu chính công ích. 30 ngày kể từ ngày nhận được hồ sơ hợp lệ", ("30 ngày",), True),
    ("Không quá 30 ngày, kể từ ngày Sở Xây dựng nhận đủ hồ sơ hợp lệ.", ("30 ngày",), True),
    (
        "Trong thời hạn 05 ngày làm việc, kể từ ngày nhận được hồ sơ hợp lệ.",
        ("5 ngày làm việc",),
        True,
    ),
    ("(Không quy định.)Không quá 35 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ", ("35 ngày",), True),
    ("(Không quy định)Không quá 30 ngày, kể từ ngày nhận đủ hồ sơ hợp lệ.", ("30 ngày",), True),
    ("10 ngày kể từ ngày nhận được văn bản đề nghị của Hội đồng thanh lý.", ("10 ngày",), True),
    (
        "Trong thời hạn 05 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định",
        ("5 ngày làm việc",),
        True,
    ),
    ("Không quá 30 ngày, kể từ ngày cơ quan tiếp nhận nhận đủ hồ sơ hợp lệ.", ("30 ngày",), True),
    (
        "Trong thời hạn 10 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định.",
        ("10 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 05 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định.",
        ("5 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 30 ngày làm việc kể từ ngày nhận đủ hồ sơ theo quy định",
        ("30 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 07 ngày làm việc kể từ khi nhận đủ hồ sơ theo quy định.",
        ("7 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 20 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định",
        ("20 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 02 ngày làm việc kể từ ngày nhận hồ sơ đầy đủ, hợp lệ.",
        ("2 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 10 ngày làm việc kể từ ngày nhận đủ hồ sơ theo quy định.",
        ("10 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 07 ngày làm việc kể từ ngày nhận được đầy đủ hồ sơ hợp lệ",
        ("7 ngày làm việc",),
        True,
    ),
    (
        "Trong vòng 07 (bảy) ngày làm việc kể từ ngày nhận hồ sơ đầy đủ và hợp lệ;",
        ("7 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 15 ngày kể từ ngày nhận được hồ sơ hợp lệ, tài liệu hợp lệ.",
        ("15 ngày",),
        True,
    ),
    (
        "Trong thời hạn 07 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ, hợp lệ.",
        ("7 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 03 ngày làm việc, kể từ ngày nhận được hồ sơ theo quy định.",
        ("3 ngày làm việc",),
        True,
    ),
    (
        "(Không)Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ theo quy định.",
        ("5 ngày làm việc",),
        True,
    ),
    (
        "- Qua dịch vụ bưu chính công ích.  07 ngày làm việc kể từ ngày nhận được hồ sơ",
        ("7 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn không quá 06 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định",
        ("6 ngày làm việc",),
        True,
    ),
    (
        "Trong thời hạn 15 (mười lăm) ngày kể từ ngày UBCKNN nhận được hồ sơ đầy đủ và hợp lệ.",
        ("15 ngày",),
        True,
    ),
    (
        "Tối đa là 15 ngày, kể từ ngày Chủ tịch Ủy ban nhân dân cấp tỉnh nhận đủ hồ sơ hợp lệ.",
        ("15 ngày",),
        True,
    ),
    (
        "- Qua dịch vụ bưu chính công ích.  - 25 ngày làm việc kể từ ngày nhận được hồ sơ hợp lệ",
        ("25 ngày làm việc",),
        True,
    ),
    (
        "- Qua dịch vụ bưu chính công ích.  - 17 ngày làm việc kể từ ngày nhận được hồ sơ hợp lệ.",
        ("17 ngày làm việc",),
        True,
    ),
    (
        (
            "(Không)Qua dịch vụ bưu chính công ích.  25 ngày làm việc kể từ ngày nhận được "
            "hồ sơ hợp lệ"
        ),
        ("25 ngày làm việc",),
        True,
    ),
)

HARD: Final[tuple[Row, ...]] = (
    ("Chậm nhất vào ngày 20 tháng đầu tiên hàng quý . Qua fax", (), False),
    ("- Công an cấp tỉnh: 10 ngày kể từ ngày nhận đủ hồ sơ hợp lệ.", ("10 ngày",), False),
    (
        "Thời hạn cấp lại Giấy phép: 02 ngày làm việc kể từ ngày kết thúc kiểm tra",
        ("2 ngày làm việc",),
        False,
    ),
    (
        "trường hợp phức tạp thì có thể kéo dài hơn nhưng không quá 02 ngày làm việc.",
        ("2 ngày làm việc",),
        False,
    ),
    (
        "- Trường hợp tham vấn, xác minh: 10 ngày làm việc kể từ ngày nhận được hồ sơ hợp lệ.",
        ("10 ngày làm việc",),
        False,
    ),
    (
        "05 ngày làm việc, kể từ ngày nhận được văn bản của các bộ, Ủy ban nhân dân cấp tỉnh.",
        ("5 ngày làm việc",),
        False,
    ),
    (
        "07 ngày làm việc, kể từ ngày nhận đủ hồ sơ (Sở Nội vụ: 03 ngày; UBND cấp xã: 04 ngày)",
        ("7 ngày làm việc", "3 ngày", "4 ngày"),
        False,
    ),
    (
        "14 ngày kể từ ngày nhận được phương án xử lý (bao gồm cả trường hợp sửa đổi, bổ sung).",
        ("14 ngày",),
        False,
    ),
    (
        (
            "- 60 ngày đối với  với cấp mới và gia hạn GCN;  15 ngày đối với cấp lại và "
            "điều chỉnh GCN."
        ),
        ("60 ngày", "15 ngày"),
        False,
    ),
    (
        (
            "- 60 ngày đối với  với cấp mới và gia hạn GCN; - 15 ngày đối với cấp lại và "
            "điều chỉnh GCN."
        ),
        ("60 ngày", "15 ngày"),
        False,
    ),
    (
        (
            "Chậm nhất vào ngày 20 tháng đầu tiên hàng quý. Chậm nhất vào ngày 20 tháng đầu "
            "tiên hàng quý"
        ),
        (),
        False,
    ),
    (
        (
            "Trong thời hạn 15 ngày kể từ ngày nhận được đề nghị cấp đổi của tập thể, cá nhân, "
            "hộ gia đình."
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "- Cơ quan chuyên môn thuộc Ủy ban nhân dân cấp xã: thẩm định hồ sơ trong thời hạn "
            "05 ngày làm việc"
        ),
        ("5 ngày làm việc",),
        False,
    ),
    (
        (
            "20 ngày làm việc đối với trường hợp đề chặt hạ, dịch chuyển có cây xanh thuộc danh "
            "mục cây xanh cần bảo tồn"
        ),
        ("20 ngày làm việc",),
        False,
    ),
    (
        (
            "Thời hạn công bố: Trường hợp quyết định công bố: trong thời hạn 02 ngày làm việc kể "
            "từ ngày kết thúc kiểm tra"
        ),
        ("2 ngày làm việc",),
        False,
    ),
    (
        (
            "Thời hạn cấp giấy chứng nhận giáo viên dạy thực hành lái xe: 03 ngày làm việc, kể "
            "từ ngày đạt kết quả kiểm tra"
        ),
        ("3 ngày làm việc",),
        False,
    ),
    (
        (
            "Thời hạn Cơ sở đào tạo gửi đề nghị đến Sở Xây dựng: 03 ngày làm việc kể từ ngày kết "
            "thúc chương trình tập huấn"
        ),
        ("3 ngày làm việc",),
        False,
    ),
    (
        (
            "Chậm nhất 05 ngày làm việc, kể từ ngày nhận được hồ sơ, Cục Hàng hải và Đường thủy "
            "Việt Nam có văn bản trả lời"
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "Gửi hồ sơ trực tiếp, qua bưu điện hoặc theo phương thức điện tử. 10 ngày làm việc "
            "kể từ ngày nhận đủ hồ sơ hợp lệ."
        ),
        ("10 ngày làm việc",),
        True,
    ),
    (
        (
            "(5.000 đồng/giấy thông hành xuất, nhập cảnh vùng biên giới.)03 ngày làm việc kể từ "
            "khi nhận đủ hồ sơ theo "
            "quy định."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "- Tiếp nhận hồ sơ: 03 ngày làm việc. - Kiểm tra, đánh giá thực tế: 08 ngày. - Cấp "
            "Giấy chứng nhận: 02 ngày làm việc."
        ),
        ("3 ngày làm việc", "8 ngày", "2 ngày làm việc"),
        False,
    ),
    (
        (
            "Tối đa là 15 ngày, kể từ ngày Bộ trưởng Bộ Xây dựng, Bộ trưởng Bộ Quốc phòng, Bộ "
            "trưởng Bộ Công an nhận đủ hồ sơ hợp lệ"
        ),
        ("15 ngày",),
        False,
    ),
    (
        (
            "tối đa là 30 ngày, kể từ ngày Bộ trưởng Bộ Xây dựng hoặc Bộ trưởng Bộ Quốc phòng, "
            "Bộ trưởng Bộ Công an nhận đủ hồ sơ hợp"
        ),
        ("30 ngày",),
        False,
    ),
    (
        (
            "(Phí thẩm định đối với vùng an toàn dịch bệnh động vật)Trong thời hạn 21 ngày kể từ "
            "ngày nhận được hồ sơ đầy đủ, "
            "hợp lệ."
        ),
        ("21 ngày",),
        True,
    ),
    (
        (
            "(đồng (Miễn phí kể từ ngày 07/4/2026 đến 30/6/2026 theo Thông tư số "
            "40/2026/TT-BTC)30 ngày kể từ ngày nhận được hồ sơ hợp lệ"
        ),
        ("30 ngày",),
        True,
    ),
    (
        (
            "Tối đa 07 ngày làm việc/tờ hoặc miếng cần giám định. Trường hợp vượt quá 20 tờ hoặc "
            "miếng/1 bộ hồ sơ, tối đa 62 ngày/1 bộ hồ sơ."
        ),
        ("7 ngày làm việc", "62 ngày"),
        False,
    ),
    (
        (
            "02 ngày làm việc, kể từ ngày nhận được Tờ khai đề nghị xác nhận nơi thường xuyên "
            "đậu, đỗ; sử dụng phương tiện vào mục đích để ở."
        ),
        ("2 ngày làm việc",),
        True,
    ),
    (
        (
            "(Kiểm tra điều kiện cơ sở buôn bán thuốc thú y, thuốc thú y thủy sản: "
            "230.000/lần)07 ngày làm việc kể từ ngày nhận hồ sơ hợp lệ."
        ),
        ("7 ngày làm việc",),
        True,
    ),
    (
        (
            "(đồng Miễn phí kể từ ngày 07/4/2026 đến 30/6/2026 theo Thông tư số "
            "40/2026/TT-BTC)18 ngày, kể từ ngày nhận đủ hồ sơ theo quy định"
        ),
        ("18 ngày",),
        True,
    ),
    (
        (
            "10 USD(10 USD/lần.)nộp hồ sơ trực tiếp tại trụ sở Cục Quản lý xuất nhập cảnh. không "
            "quá 05 ngày làm việc kể từ khi nhận đủ hồ sơ."
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "(đồng Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)15 ngày kể từ ngày nhận được hồ sơ hợp lệ"
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "(đông (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)15 ngày kể từ ngày nhận được hồ sơ hợp lệ"
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "(đồng Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)20 ngày, kể từ ngày nhận được hồ sơ hợp lệ."
        ),
        ("20 ngày",),
        True,
    ),
    (
        (
            "(đồng (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)20 ngày, kể từ ngày nhận được hồ sơ hợp lệ."
        ),
        ("20 ngày",),
        True,
    ),
    (
        (
            "Trực tuyến trên Cổng dịch vụ công quốc gia - 60 ngày đối với  với cấp mới và gia "
            "hạn GCN; - 15 ngày đối với cấp lại và điều chỉnh GCN."
        ),
        ("60 ngày", "15 ngày"),
        False,
    ),
    (
        (
            "- Chủ tịch Ủy ban nhân dân cấp xã: Trong thời hạn 02 ngày làm việc, kể từ ngày cơ "
            "quan thẩm định báo cáo hồ sơ đủ điều kiện giải quyết."
        ),
        ("2 ngày làm việc",),
        False,
    ),
    (
        (
            "cấp mới là 04 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ; cấp lại trong thời "
            "hạn 02 ngày làm việc kể từ ngày nhận được đơn đề nghị"
        ),
        ("4 ngày làm việc", "2 ngày làm việc"),
        False,
    ),
    (
        (
            "gửi bằng hình thức trực tiếp, trực tuyến hoặc qua hệ thống bưu chính (thời gian "
            "giải quyết ngay sau khi nhận được chuyến bay chuyên cơ)"
        ),
        ("ngay sau khi nhận đủ hồ sơ",),
        False,
    ),
    (
        (
            "Nộp hồ sơ trực tiếp tại địa điểm tiếp nhận đăng ký cai nghiện của Ủy ban nhân dân "
            "cấp xã. 03 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "(70.000 đồng/giấy)02 (hai) ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định và "
            "tổ chức, cá nhân đã hoàn thành nghĩa vụ tài chính (nếu có)"
        ),
        ("2 ngày làm việc",),
        False,
    ),
    (
        (
            "(đồng/lần/người (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông "
            "tư 40/2026/TT-BTC)04 ngày, kể từ ngày nhận được hồ sơ hợp lệ."
        ),
        ("4 ngày",),
        True,
    ),
    (
        (
            "Thời hạn công bố: Trường hợp thông báo cho đơn vị kinh doanh dịch vụ bến xe khách: "
            "trong thời hạn 02 ngày làm việc kể từ ngày kết thúc kiểm tra"
        ),
        ("2 ngày làm việc",),
        False,
    ),
    (
        (
            "(*Theo quy định tại Thông tư 25/2022/TT-BTC ngày 28/4/2022: 01 triệu đồng/lần "
            "cấp.)07 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ và hợp lệ."
        ),
        ("7 ngày làm việc",),
        True,
    ),
    (
        (
            "- 20 ngày, kể từ ngày cơ quan có thẩm quyền thẩm định, phê duyệt hồ sơ nhận được hồ "
            "sơ hợp lệ - Trực tuyến (hệ thống liên thông quản lý văn bản)"
        ),
        ("20 ngày",),
        False,
    ),
    (
        (
            "(đồng (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)15 ngày kể từ ngày nhận được hồ sơ hợp lệ theo quy định"
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "((đồng/lần/người (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông "
            "tư 40/2026/TT-BTC))04 ngày, kể từ ngày nhận được hồ sơ hợp lệ."
        ),
        ("4 ngày",),
        True,
    ),
    (
        (
            "Thời hạn công bố:  Trường hợp thông báo cho đơn vị kinh doanh dịch vụ bến xe khách: "
            "trong thời hạn 02 ngày làm việc kể từ ngày kết thúc kiểm tra."
        ),
        ("2 ngày làm việc",),
        False,
    ),
    (
        (
            "02 ngày làm việc, kể từ ngày nhận được Tờ khai xác nhận tình trạng chỗ ở hợp pháp, "
            "diện tích nhà ở tối thiểu để đăng ký thường trú, đăng ký tạm trú."
        ),
        ("2 ngày làm việc",),
        True,
    ),
    (
        (
            "Công dân Việt Nam đăng ký tài khoản định danh điện tử mức độ 1 trực tuyến thông qua "
            "ứng dụng VNeID. Thời hạn giải quyết: Không quá 01 ngày làm việc."
        ),
        ("1 ngày làm việc",),
        True,
    ),
    (
        (
            "(* Theo quy định tại Thông tư số 25/2022/TT-BTC ngày 28/4/2022. + 30 triệu "
            "đồng/Giấy phép.)30 ngày kể từ ngày UBCKNN nhận được hồ sơ đầy đủ, "
            "hợp lệ."
        ),
        ("30 ngày",),
        True,
    ),
    (
        (
            "(đông/lần cấp Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)07 ngày làm việc sau khi nhận đủ hồ sơ theo "
            "quy định."
        ),
        ("7 ngày làm việc",),
        True,
    ),
    (
        (
            "10 USD(10 USD/lần)nộp hồ sơ trực tiếp tại trụ sở Cơ quan Quản lý xuất nhập cảnh "
            "Công an cấp tỉnh. không quá 05 ngày làm việc kể từ ngày nhận đủ hồ sơ."
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "(đồng/lần cấp (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)07 ngày làm việc sau khi nhận đủ hồ sơ theo "
            "quy định."
        ),
        ("7 ngày làm việc",),
        True,
    ),
    (
        (
            "(* Theo quy định tại Thông tư 25/2022/TT-BTC ngày 28/4/2022. + 02 triệu đồng/Giấy "
            "chứng nhận.)10 ngày kể từ ngày UBCKNN nhận được hồ sơ đầy đủ, "
            "hợp lệ."
        ),
        ("10 ngày",),
        True,
    ),
    (
        (
            "(lần cấp Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)03 ngày làm việc, kể từ ngày nhận đơn đề nghị theo quy định."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "Gửi hồ sơ trực tiếp, qua bưu điện hoặc theo phương thức điện tử. 02 ngày làm việc "
            "kể từ ngày nhận được văn bản đề nghị dừng hoạt động cai nghiện ma túy."
        ),
        ("2 ngày làm việc",),
        True,
    ),
    (
        (
            "(* Theo quy định tại Thông tư số 25/2022/TT-BTC ngày 28/4/2022. + 05 triệu "
            "đồng/Giấy chứng nhận.)10 ngày kể từ ngày UBCKNN nhận được hồ sơ đầy đủ, "
            "hợp lệ."
        ),
        ("10 ngày",),
        True,
    ),
    (
        (
            "(đồng/lần Miễn lệ phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)3 ngày làm việc, kể từ ngày nhận đơn đề nghị theo quy định."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "10 USD(10 USD/lần)nộp hồ sơ trực tuyến qua Cổng dịch vụ công quốc gia hoặc Cổng "
            "dịch vụ công Bộ Công an. không quá 05 ngày làm việc kể từ ngày nhận đủ hồ sơ."
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "10 USD(10 USD/lần.)nộp hồ sơ trực tuyến qua Cổng dịch vụ công quốc gia hoặc Cổng "
            "dịch vụ công Bộ Công an. không quá 05 ngày làm việc kể từ khi nhận đủ hồ sơ."
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "(Phí thẩm tra, thẩm định)05 ngày làm việc, Bộ xây dựng có văn bản chấp thuận gửi "
            "chủ cảng; 05 ngày làm việc, Cục, Sở ban hành quyết định công bố hoạt động cảng"
        ),
        ("5 ngày làm việc",),
        False,
    ),
    (
        (
            "(đ/lần cấp (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC)05 ngày làm việc, kể từ ngày nhận được hồ sơ đầy đủ theo quy định"
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "Trong thời hạn 30 ngày, kể từ ngày nhận được hồ sơ hợp lệ (bao gồm 20 ngày quyết "
            "định bổ nhiệm giám định viên tư pháp và 10 ngày cấp thẻ giám định viên tư pháp)"
        ),
        ("30 ngày", "20 ngày", "10 ngày"),
        False,
    ),
    (
        (
            "(ii) Trường hợp không phải lấy ý kiến của bộ, ngành chủ quản, Bộ Quốc  phòng: 12 "
            "ngày làm việc, kể từ ngày Sở Nông nghiệp và Môi trường nhận được hồ  sơ hợp lệ."
        ),
        ("12 ngày làm việc",),
        False,
    ),
    (
        (
            "(đ/lần cấp (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo quy định tại Thông tư "
            "40/2026/TT-BTC))05 ngày làm việc, kể từ ngày nhận được hồ sơ đầy đủ theo quy định"
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "(* Theo quy định tại Thông tư số 25/2022/TT-BTC ngày 28/4/2022: + 10 triệu "
            "đồng/Giấy chứng nhận)Trong thời hạn 15 ngày kể từ ngày nhận được hồ sơ đầy đủ, "
            "hợp lệ."
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "Thời hạn giải quyết: 02 ngày làm việc và 45 ngày. Trực tuyến qua Cổng dịch vụ công "
            "quốc gia tại địa chỉ http://dichvucong.gov.vn hoặc Ứng dụng định danh quốc gia."
        ),
        ("2 ngày làm việc", "45 ngày"),
        False,
    ),
    (
        (
            "- Trực tiếp tại cơ quan đăng ký cư trú hoặc địa điểm tiếp nhận thông báo lưu trú do "
            "cơ quan đăng ký cư trú quy định; Tiếp nhận ngay khi công dân thông báo lưu trú."
        ),
        ("ngay sau khi nhận đủ hồ sơ",),
        False,
    ),
    (
        (
            "Đăng ký qua Cổng dịch vụ công Bộ Công an trước khi đến nộp trực tiếp hồ sơ. Thông "
            "báo kết quả ngay sau khi nhận đủ hồ sơ của công dân Việt Nam hoặc người nước ngoài."
        ),
        ("ngay sau khi nhận đủ hồ sơ",),
        False,
    ),
    (
        (
            "Trực tiếp tại cơ quan Công an cấp huyện nơi cán bộ, chiến sĩ hoặc thân nhân cán bộ, "
            "chiến sĩ thường trú. - Công an cấp huyện: 10 ngày kể từ ngày nhận đủ hồ sơ hợp lệ."
        ),
        ("10 ngày",),
        False,
    ),
    (
        (
            "* Cách thực hiện: Nộp hồ sơ thông qua Cổng Dịch vụ công quốc gia (địa chỉ "
            "http://dichvucong.gov.vn). * Thời hạngiải quyết: 12 ngày làm việc kể từ ngày "
            "tiếp nhận hồ sơ."
        ),
        ("12 ngày làm việc",),
        True,
    ),
    (
        (
            "- Thẩm định lý do yêu cầu hủy bỏ hiệu lực Bằng bảo hộ: 20 ngày làm việc kể từ ngày "
            "nhận được hồ sơ đầy đủ; - Thẩm định: 12 ngày kể từ ngày nhận được kết quả khảo nghiệm."
        ),
        ("20 ngày làm việc", "12 ngày"),
        False,
    ),
    (
        (
            "Trường hợp hồ sơ hợp lệ, cơ quan Kiểm lâm sở tại quyết định tăng thời hạn kiểm "
            "tra (khi có thông tin vi phạm): 06 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ, "
            "hợp lệ."
        ),
        ("6 ngày làm việc",),
        False,
    ),
    (
        (
            "Không quá 07 ngày làm việc với trường hợp công dân chưa có thẻ Căn cước công dân "
            "gắn chip, thẻ căn cước hoặc thẻ Căn cước công dân gắn chip, thẻ căn cước đã hết "
            "hiệu lực."
        ),
        ("7 ngày làm việc",),
        False,
    ),
    (
        (
            "Trực tiếp: Nộp hồ sơ trực tiếp tại Ủy ban nhân dân cấp xã. - Bộ phận một cửa: tổ "
            "chức tiếp nhận, kiểm tra hồ sơ, thông báo hoàn thiện hồ sơ trong thời hạn 02 "
            "ngày làm việc."
        ),
        ("2 ngày làm việc",),
        False,
    ),
    (
        (
            "- Gửi hồ sơ trực tiếp; - Qua đường bưu chính; hoặc - Trên môi trường điện tử; hoặc "
            "-   Các hình thức phù hợp khác. 03 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo "
            "quy định."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "Thời gian giải quyết 06 ngày làm việc và 30 ngày. Hồ sơ gửi trực tuyến qua Cổng "
            "dịch vụ công quốc gia tại địa chỉ http://dichvucong.gov.vn hoặc Ứng dụng định "
            "danh quốc gia."
        ),
        ("6 ngày làm việc", "30 ngày"),
        False,
    ),
    (
        (
            "Trong thời hạn 01 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ theo quy định đối "
            "với trường hợp cấp Giấy phép vận tải loại E; Giấy phép vận tải loại F, G lần "
            "đầu trong năm."
        ),
        ("1 ngày làm việc",),
        False,
    ),
    (
        (
            "(* Theo quy định tại Thông tư 25/2022/TT-BTC ngày 28/4/2022: + Dưới 50 tỷ: 10 triệu "
            "đồng/ Giấy chứng nhận)Trong vòng 30 (ba mươi) ngày kể từ ngày nhận hồ sơ đầy "
            "đủ và hợp lệ;"
        ),
        ("30 ngày",),
        True,
    ),
    (
        (
            "(Không)- Đối với trường hợp (1) và (4): 10 ngày làm việc kể từ ngày nhận được hồ sơ "
            "hợp lệ. - Đối với trường hợp (2) và (3): 05 ngày làm việc kể từ ngày nhận được "
            "hồ sơ hợp lệ."
        ),
        ("10 ngày làm việc", "5 ngày làm việc"),
        False,
    ),
    (
        (
            "((nộp 1 lần duy nhất ngay khi nhận công văn xác nhận hoàn tất việc đăng ký công ty "
            "đại chúng))Trong thời hạn 15 (mười lăm) ngày kể từ ngày UBCKNN nhận được đầy đủ "
            "hồ sơ hợp lệ."
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "(Kiểm tra điều kiện cơ sở buôn bán thuốc thú y, thuốc thú y thủy sản: 230.000/lầnn "
            "thuốc thú y, thuốc thú y thủy sản: 230.000/lần)07 ngày làm việc kể từ ngày nhận "
            "hồ sơ hợp lệ."
        ),
        ("7 ngày làm việc",),
        True,
    ),
    (
        (
            "((nộp 1 lần duy nhất ngay khi nhận công văn xác nhận hoàn tất việc đăng ký công ty "
            "đại chúng).)Trong thời hạn 15 (mười lăm) ngày kể từ ngày UBCKNN nhận được đầy đủ "
            "hồ sơ hợp lệ."
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "(* Theo quy định tại Thông tư 25/2022/TT-BTC ngày 28/4/2022 : + Từ 50 tỷ đến dưới "
            "150 tỷ: 20 triệu đồng/ Giấy chứng nhận)30 ngày kể từ ngày UBCKNN nhận được hồ sơ "
            "đầy đủ, hợp lệ."
        ),
        ("30 ngày",),
        True,
    ),
    (
        (
            "145 USD(Thẻ tạm trú có thời hạn không quá 02 năm: 145 USD/thẻ.)Nộp hồ sơ trực tiếp "
            "tại Cơ quan Quản lý xuất nhập cảnh Công an cấp tỉnh. 05 ngày làm việc kể từ ngày "
            "nhận đủ hồ sơ."
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "(Không có.)16 ngày làm việc đối với công trình cấp I, cấp đặc biệt và 12 ngày làm "
            "việc đối với công trình còn lại kể từ ngày tiếp nhận hồ sơ đề nghị kiểm tra công "
            "tác nghiệm thu."
        ),
        ("16 ngày làm việc", "12 ngày làm việc"),
        False,
    ),
    (
        (
            "(/khẩu-chiếc.)Trong thời hạn 03 ngày làm việc kể từ ngày nhận đủ hồ sơ, cơ quan "
            "Công an có thẩm quyền cấp giấy phép; trường hợp không cấp phải trả lời bằng văn bản "
            "và nêu rõ lý do."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "Trực tuyến trên Cổng dịch vụ công quốc gia - 60 ngày đối với trường hợp cấp mới, "
            "gia hạn GCN; - 15 ngày đối với trường hợp cấp lại GCN; - 30 ngày đối với trường hợp "
            "điều chỉnh GCN."
        ),
        ("60 ngày", "15 ngày", "30 ngày"),
        False,
    ),
    (
        (
            "(Thẻ tạm trú có thời hạn không quá 02 năm: 145 USD/thẻ.)Trực tiếp nộp hồ sơ và nhận "
            "kết quả tại trụ sở Cục Quản lý xuất nhập cảnh. Không quá 05 ngày làm việc kể từ khi "
            "nhận đủ hồ sơ."
        ),
        ("5 ngày làm việc",),
        True,
    ),
    (
        (
            "Nộp hồ sơ trực tiếp tại Công an cấp xã biên giới tiếp giáp với Trung Quốc. 01 ngày "
            "làm việc kể từ ngày nhận được đầy đủ hồ sơ theo quy định, giấy thông hành sẽ bị hủy "
            "giá trị sử dụng."
        ),
        ("1 ngày làm việc",),
        True,
    ),
    (
        (
            "(Thông tư số 112/2021/TT-BTC ngày 15 tháng 12 năm 2021 của Bộ trưởng Bộ Tài chính "
            "quy định mức thu, chế độ thu, nộp, quản lý và sử dụng phí trong lĩnh vực quản lý "
            "nuôi trồng thuỷ sản)"
        ),
        (),
        False,
    ),
    (
        (
            "(10.000.0000 đồng (Cấp lần đầu); 3000.000 đồng (cấp lại); (Miễn phí từ ngày "
            "07/4/2026 đến 30/6/2026 theo quy định tại Thông tư 40/2026/TT-BTC)15 ngày, kể từ "
            "ngày nhận được hồ sơ hợp lệ."
        ),
        ("15 ngày",),
        True,
    ),
    (
        (
            "Nộp hồ sơ trực tiếp cho Công an cấp xã (thời hạn và địa điểm tiếp nhận hồ sơ theo "
            "thông báo tại kế hoạch tuyển chọn). - Niêm yết công khai danh sách công dân dự "
            "tuyển: 15 ngày làm việc;"
        ),
        ("15 ngày làm việc",),
        False,
    ),
    (
        (
            "(/giấy.)Trong thời hạn 03 ngày làm việc kể từ ngày nhận đủ hồ sơ, cơ quan Công an "
            "có thẩm quyền cấp giấy phép vận chuyển; trường hợp không cấp phải trả lời bằng văn "
            "bản và nêu rõ lý do."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "Trường hợp nhận đủ hồ sơ hợp lệ theo quy định, trong thời hạn không quá 03 ngày làm "
            "việc Sở Xây dựng tổ chức kiểm tra thực tế, lập biên bản và cấp giấy phép xe tập lái "
            "cho cơ sở đào tạo."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "- Trường hợp cơ sở dữ liệu, hệ thống thông tin của cơ quan, tổ chức đã được kết nối "
            "với Cơ sở dữ liệu quốc gia về dân cư thì thời hạn xem xét, cho phép kết nối không "
            "quá 07 ngày làm việc."
        ),
        ("7 ngày làm việc",),
        False,
    ),
    (
        (
            "(Không có)+ Bước 5: 15 ngày kể từ ngày UBCKNN nhận được hồ sơ đề nghị giải thể đầy "
            "đủ, hợp lệ. + Bước 10: 15 ngày kể từ ngày UBCKNN nhận được hồ sơ báo cáo kết quả "
            "giải thể đầy đủ, hợp lệ."
        ),
        ("15 ngày",),
        False,
    ),
    (
        (
            "(10.000 đồng/khẩu-chiếc)Trong thời hạn 03 ngày làm việc kể từ ngày nhận đủ hồ sơ, "
            "cơ quan Công an có thẩm quyền cấp giấy phép; trường hợp không cấp phải trả lời bằng "
            "văn bản và nêu rõ lý do."
        ),
        ("3 ngày làm việc",),
        True,
    ),
    (
        (
            "Đối với hồ sơ thuộc diện hoàn thuế trước: Chậm nhất 06 ngày làm việc kể từ ngày cơ "
            "quan quản lý thuế có thông báo bằng văn bản về việc chấp nhận hồ sơ và thời hạn "
            "giải quyết hồ sơ hoàn thuế."
        ),
        ("6 ngày làm việc",),
        False,
    ),
    (
        (
            "Chậm nhất sau 05 ngày làm việc, kể từ khi nhận được văn bản đề nghị, Cục Hàng hải "
            "và Đường thủy Việt Nam tổ chức cấp tài khoản, trường hợp không cung cấp phải có văn "
            "bản trả lời nêu rõ lý do"
        ),
        ("5 ngày làm việc",),
        True,
    ),
)
