"""The guided tour: ten minutes along one dossier that truly goes from a question in everyday words to a result that a stranger believes, and up to
the province's own page; then stations for who has two minutes more, with which every role has been seen.

The one source: the page `/tham-quan/` shows it, docs/tour.md is written from it (`python -m motcua.demo.tour_document docs/tour.md`), and
tests/journeys/test_tour.py walks every station of it in a browser. A step says in words what to do, and in `moves` the same for hands that
cannot read; what stands between “ ” in the words are names and values on the page, and a test holds them against the moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_noop

from motcua.demo import services

CODE, PASSPHRASE, RESULT, SAMPLE = "{code}", "{passphrase}", "{result}", "{sample}"
"""What a station takes from elsewhere: the code of the visitor's own dossier, the passphrase that `make run` prints, the result downloaded
before, the paper offered on the page."""
WITHOUT_CODE = "/viec-can-lam/"
"""Where a station that works on the dossier begins while its code is not known: it lies on that officer's worklist."""
MINUTES, EXTRA_MINUTES = 10, 2
"""Of the stations that are the tour, and of those behind them that may be left out."""


@dataclass(frozen=True, slots=True)
class Move:
    """One act of the hands. `label`: the name on the page; `value`: what is typed or chosen, or one of the names in braces above.

    see: it stands on the page. press: a button or link of this name. follow: the first link that says this. fill: type. pick: an entry of a
    list. choose: a radio button or box. attach: a file, to the box `label` of the paper `value`. upload: the file `value`. download: keep what
    the link gives. keep: the code that the page shows.
    """

    how: Literal["see", "press", "follow", "fill", "pick", "choose", "attach", "upload", "download", "keep"]
    label: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """`sees`: what then stands on the page; empty when the next step says it."""

    text: str
    moves: tuple[Move, ...]
    sees: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """`role`: of organisation.models.ROLES, empty for the citizen and anybody; `login`: empty for those. `also`: further roles of that login
    that this station shows. `address` may hold CODE. `extra`: who has ten minutes may leave it out; these come last."""

    key: str
    title: str
    address: str
    seconds: int
    steps: tuple[Step, ...]
    why: str
    role: str = ""
    login: str = ""
    also: tuple[str, ...] = ()
    extra: bool = False

    @property
    def officer(self) -> str:
        """The fictitious person behind the login."""
        return NAMES.get(self.login, "")

    def path(self, code: str = "") -> str:
        """Where the station begins, for the visitor whose dossier has this code."""
        if CODE not in self.address:
            return self.address
        return self.address.replace(CODE, code) if code else WITHOUT_CODE


COMMUNE = "17170"
NAMES = {
    **{f"{post.login}.{services.SUFFIX[COMMUNE]}": post.names[COMMUNE] for post in services.POSTS},
    **{login: name for login, _title, _roles, name in (*services.PROVINCIAL, *services.LEADERS)},
}

STATIONS = (
    Station(
        "hoi",
        gettext_noop("Hỏi bằng lời thường ngày"),
        "/thu-tuc/",
        30,
        (
            Step(
                gettext_noop("Gõ “xin phép xây nhà” vào ô “Việc cần làm hoặc mã thủ tục” rồi bấm “Tìm thủ tục”."),
                (Move("fill", "Việc cần làm hoặc mã thủ tục", "xin phép xây nhà"), Move("press", "Tìm thủ tục")),
                gettext_noop("Dưới “Có thể bạn cần”, dòng đầu là đúng thủ tục, kèm lý do vì sao."),
            ),
            Step(
                gettext_noop("Mở dòng “Giấy phép xây dựng nhà ở”."),
                (Move("follow", "Giấy phép xây dựng nhà ở"),),
                gettext_noop(
                    "Ba điều người dân cần: “Giấy tờ phải nộp”, “Thời hạn giải quyết”, “Nộp ở đâu”; và điều họ không phải làm: “Không phải nộp”."
                ),
            ),
        ),
        gettext_noop(
            "Không ai thuộc tên thủ tục. Câu hỏi không có đáp án được ghi lại (không ghi ai hỏi) để bộ tìm học thêm."
        ),
    ),
    Station(
        "nop",
        gettext_noop("Nộp hồ sơ trực tuyến"),
        "/nop-truc-tuyen/1.013225/",
        120,
        (
            Step(
                gettext_noop(
                    "Chọn “Trần Văn Thử” rồi bấm “Đăng nhập (DEMO)”, bấm “Bắt đầu điền hồ sơ”. Ngoài bản demo, chỗ này là tài khoản định danh."
                ),
                (
                    Move("choose", "Trần Văn Thử"),
                    Move("press", "Đăng nhập (DEMO)"),
                    Move("press", "Bắt đầu điền hồ sơ"),
                ),
                gettext_noop("Họ tên và số định danh đã điền sẵn: “Lấy từ tài khoản định danh, không sửa được ở đây.”"),
            ),
            Step(
                gettext_noop(
                    "Gõ “0900001234” vào “Điện thoại”, “Xóm 3, xã Quỳnh Sơn” vào “Địa chỉ liên hệ”; ở “Xã, phường giải quyết hồ sơ” chọn"
                    " “Ủy ban nhân dân xã Quỳnh Sơn”. Bấm “Thêm tệp” để gắn tờ giấy mẫu vào “Đơn đề nghị cấp giấy phép xây dựng” và “Bản vẽ"
                    " thiết kế”. Cuối trang chọn nhận kết quả “Trực tuyến”."
                ),
                (
                    Move("fill", "Điện thoại", "0900001234"),
                    Move("fill", "Địa chỉ liên hệ", "Xóm 3, xã Quỳnh Sơn"),
                    Move("pick", "Xã, phường giải quyết hồ sơ", "Ủy ban nhân dân xã Quỳnh Sơn"),
                    Move("attach", "Thêm tệp", "Đơn đề nghị cấp giấy phép xây dựng"),
                    Move("attach", "Thêm tệp", "Bản vẽ thiết kế"),
                    Move("choose", "Trực tuyến"),
                ),
            ),
            Step(
                gettext_noop(
                    "Bấm “Xem lại rồi nộp”, đánh dấu “Tôi cam đoan nội dung khai và giấy tờ kèm theo là đúng sự thật”, bấm “Nộp hồ sơ”."
                    " Chép mã hồ sơ."
                ),
                (
                    Move("press", "Xem lại rồi nộp"),
                    Move("choose", "Tôi cam đoan nội dung khai và giấy tờ kèm theo là đúng sự thật"),
                    Move("press", "Nộp hồ sơ"),
                    Move("keep"),
                ),
                gettext_noop("“Đã nộp hồ sơ”, mã hồ sơ, và giờ mà Trung tâm phải trả lời."),
            ),
        ),
        gettext_noop(
            "Thiếu gì thì được nhắc ngay chỗ thiếu, không mất chữ nào đã gõ; giấy cơ quan đã có thì không phải nộp lại."
        ),
    ),
    Station(
        "tiep-nhan",
        gettext_noop("Quầy tiếp nhận"),
        "/ho-so/{code}/",
        40,
        (
            Step(
                gettext_noop("Bấm “Tiếp nhận”."),
                (Move("press", "Tiếp nhận"),),
                gettext_noop("Ngày hẹn vừa được tính. Mở “Vì sao là ngày này?”: từng ngày có lý do và căn cứ."),
            ),
            Step(
                gettext_noop("Bấm “Chuyển xử lý”."),
                (Move("press", "Chuyển xử lý"),),
                gettext_noop("Trạng thái “Đang xử lý”, hồ sơ nay ở “Phòng Kinh tế”."),
            ),
        ),
        gettext_noop("Giờ phải trả lời hồ sơ trực tuyến và ngày hẹn do phần mềm tính theo văn bản, không do ai nhớ."),
        role="receiver",
        login="tiepnhan.quynhson",
    ),
    Station(
        "giao",
        gettext_noop("Trưởng phòng giao việc"),
        "/ho-so/{code}/",
        30,
        (
            Step(
                gettext_noop("Ở “Giao cho” chọn “Đặng Quốc Ấn”, bấm “Giao việc”."),
                (Move("see", "Giao cho"), Move("choose", "Đặng Quốc Ấn"), Move("press", "Giao việc")),
                gettext_noop(
                    "Hồ sơ nay có một người giữ: “Đặng Quốc Ấn”. “Các bước” cho biết còn bao nhiêu việc phía trước."
                ),
            ),
        ),
        gettext_noop("Lúc nào cũng có đúng một nơi giữ hồ sơ, nên lúc nào cũng biết hỏi ai."),
        role="division_head",
        login="truongphong.quynhson",
    ),
    Station(
        "du-thao",
        gettext_noop("Chuyên viên lập dự thảo"),
        "/ho-so/{code}/",
        50,
        (
            Step(
                gettext_noop("Bấm “Lập dự thảo kết quả”, đọc qua, rồi bấm “Lưu dự thảo”."),
                (Move("press", "Lập dự thảo kết quả"), Move("press", "Lưu dự thảo")),
                gettext_noop("Giấy phép đã điền sẵn từ hồ sơ. “Đọc dự thảo (PDF)” mở đúng tờ sẽ được ký."),
            ),
            Step(
                gettext_noop("Bấm “Hoàn thành bước”."),
                (Move("press", "Hoàn thành bước"),),
                gettext_noop("“Hồ sơ không chờ bạn lúc này”: phần mềm nói đang chờ ai."),
            ),
        ),
        gettext_noop(
            "Kết quả viết từ mẫu và từ dữ liệu hồ sơ, nên không chép nhầm tên. Còn chỗ trống thì chưa ký được."
        ),
        role="specialist",
        login="xaydung.quynhson",
    ),
    Station(
        "duyet",
        gettext_noop("Trưởng phòng duyệt"),
        "/ho-so/{code}/",
        20,
        (
            Step(
                gettext_noop("Đọc dự thảo, bấm “Duyệt”."),
                (Move("press", "Duyệt"),),
                gettext_noop("Hồ sơ nay ở “Lãnh đạo Ủy ban nhân dân”."),
            ),
        ),
        gettext_noop(
            "Ai làm được việc gì, ở trạng thái nào, đứng trong một bảng duy nhất; nút không đúng việc của bạn thì không hiện."
        ),
        role="division_head",
        login="truongphong.quynhson",
    ),
    Station(
        "ky",
        gettext_noop("Chủ tịch ký số"),
        "/ho-so/{code}/",
        40,
        (
            Step(
                gettext_noop(
                    "Bấm “Ký số”, gõ mật khẩu chứng thư vào “PIN hoặc mật khẩu chứng thư”, bấm “Ký và chuyển bước”."
                ),
                (
                    Move("press", "Ký số"),
                    Move("fill", "PIN hoặc mật khẩu chứng thư", PASSPHRASE),
                    Move("press", "Ký và chuyển bước"),
                ),
                gettext_noop("Văn bản có số, “Đã ký, chờ đóng dấu”."),
            ),
        ),
        gettext_noop(
            "Ký bằng chứng thư của chính người ký. Số văn bản, chữ ký và việc ký được ghi cùng một lúc, hoặc không ghi gì."
        ),
        role="signatory",
        login="chutich.quynhson",
    ),
    Station(
        "dong-dau",
        gettext_noop("Văn thư đóng dấu"),
        "/ho-so/{code}/",
        30,
        (
            Step(
                gettext_noop(
                    "Bấm “Đóng dấu số”, gõ mật khẩu chứng thư vào “PIN hoặc mật khẩu chứng thư”, bấm “Đóng dấu và chuyển trả”."
                ),
                (
                    Move("press", "Đóng dấu số"),
                    Move("fill", "PIN hoặc mật khẩu chứng thư", PASSPHRASE),
                    Move("press", "Đóng dấu và chuyển trả"),
                ),
                gettext_noop("“Đã ký, đã đóng dấu”."),
            ),
        ),
        gettext_noop("Một trăm văn bản cũng ký, đóng dấu được một lượt, trên điện thoại."),
        role="records_clerk",
        login="vanthu.quynhson",
    ),
    Station(
        "tra",
        gettext_noop("Quầy trả kết quả"),
        "/ho-so/{code}/",
        20,
        (
            Step(
                gettext_noop("Chọn “Trực tuyến”, bấm “Trả kết quả”."),
                (Move("choose", "Trực tuyến"), Move("press", "Trả kết quả")),
                gettext_noop("“Đã trả kết quả”. Ở cuối trang, “Nhật ký” kể lại mọi việc: ai làm, lúc nào."),
            ),
        ),
        gettext_noop(
            "Nhật ký chỉ thêm, được niêm phong bằng cây Merkle: sửa, xóa hay lùi ngày đều bị `motcua verify` nêu tên."
        ),
        role="receiver",
        login="tiepnhan.quynhson",
    ),
    Station(
        "nhan",
        gettext_noop("Người dân nhận kết quả, đánh giá"),
        "/ho-so-cua-toi/",
        50,
        (
            Step(
                gettext_noop("Ở hồ sơ vừa nộp bấm “Mở”."),
                (Move("press", "Mở"),),
                gettext_noop("“Hồ sơ đã qua” những bước nào, bằng lời dễ hiểu; người nộp chỉ hiện bằng chữ cái đầu."),
            ),
            Step(
                gettext_noop("Bấm “Tải kết quả điện tử (PDF)” và giữ tệp cho trạm sau."),
                (Move("download", "Tải kết quả điện tử (PDF)"),),
            ),
            Step(
                gettext_noop("Bấm “Đánh giá việc giải quyết hồ sơ này”, chọn “Rất hài lòng”, bấm “Gửi đánh giá”."),
                (
                    Move("press", "Đánh giá việc giải quyết hồ sơ này"),
                    Move("choose", "Rất hài lòng"),
                    Move("press", "Gửi đánh giá"),
                ),
                gettext_noop("“Bạn đã đánh giá:” mức vừa chọn; sửa được trong thời hạn."),
            ),
        ),
        gettext_noop("Người dân biết hồ sơ ở đâu mà không phải gọi điện, và lời đánh giá vào thẳng số liệu của xã."),
    ),
    Station(
        "kiem-tra",
        gettext_noop("Người lạ kiểm tra văn bản"),
        "/kiem-tra-ket-qua/",
        30,
        (
            Step(
                gettext_noop("Ở “Tệp kết quả” chọn tệp vừa tải, bấm “Kiểm tra tệp”."),
                (Move("upload", "Tệp kết quả", RESULT), Move("press", "Kiểm tra tệp")),
                gettext_noop(
                    "Ai ký, với tư cách gì: “Hồ Sỹ Ái”, “Chủ tịch Ủy ban nhân dân”; và “Chữ ký hợp lệ, văn bản nguyên vẹn”."
                ),
            ),
        ),
        gettext_noop(
            "Ngân hàng hay cơ quan khác tin văn bản vì kiểm tra được, không vì nó đẹp. Sửa một chữ là lộ ngay."
        ),
    ),
    Station(
        "giam-doc",
        gettext_noop("Giám đốc Trung tâm nhìn trước ngày mai"),
        "/viec-can-lam/",
        30,
        (
            Step(
                gettext_noop("Đọc “Ngày mai trễ gì?”, rồi bấm “Mọi số liệu”."),
                (Move("see", "Ngày mai trễ gì?"), Move("press", "Mọi số liệu")),
                gettext_noop(
                    "“Ai đang giữ, ai để trễ”: theo phòng, theo người. Bấm một con số là mở đúng các hồ sơ ấy."
                ),
            ),
        ),
        gettext_noop("Câu hỏi đầu ngày không phải là đã trễ bao nhiêu, mà là mai sẽ trễ gì và còn kịp giúp ai."),
        role="centre_director",
        login="giamdoc.quynhson",
    ),
    Station(
        "toan-tinh",
        gettext_noop("Tỉnh nhìn mọi xã"),
        "/so-lieu/",
        40,
        (
            Step(
                gettext_noop("Ở bảng “Theo đơn vị” mở “Ủy ban nhân dân xã Quỳnh Sơn”."),
                (Move("see", "Theo đơn vị"), Move("follow", "Ủy ban nhân dân xã Quỳnh Sơn")),
                gettext_noop("Cùng những con số mà giám đốc xã thấy, xuống tới “Theo cán bộ”."),
            ),
            Step(
                gettext_noop("Ở thanh trên cùng mở “Biên chế”."),
                (Move("follow", "Biên chế"),),
                gettext_noop("“Toàn tỉnh theo chuyên ngành”: thiếu ai, thiếu ở đâu, bao nhiêu xã chưa có ai."),
            ),
        ),
        gettext_noop("Trễ thường vì thiếu người. Hai trang này đặt chỗ trễ và chỗ trống cạnh nhau."),
        role="overseer",
        login="theodoi.nghean",
    ),
    Station(
        "kien-nghi",
        gettext_noop("Điều phối giao kiến nghị của xã"),
        "/kien-nghi/",
        50,
        (
            Step(
                gettext_noop(
                    "Bấm “Nêu kiến nghị”. Ở “Nơi kiến nghị” chọn “Ủy ban nhân dân xã Quỳnh Sơn”, ở “Lĩnh vực” chọn “Đất đai, đo đạc bản đồ”,"
                    " ở “Vấn đề” chọn “Phần mềm, hạ tầng công nghệ thông tin, chữ ký số”; gõ “Phần mềm đất đai thường treo giờ cao điểm.” vào"
                    " “Nội dung kiến nghị”, bấm “Gửi kiến nghị”."
                ),
                (
                    Move("press", "Nêu kiến nghị"),
                    Move("pick", "Nơi kiến nghị", "Ủy ban nhân dân xã Quỳnh Sơn"),
                    Move("pick", "Lĩnh vực", "Đất đai, đo đạc bản đồ"),
                    Move("pick", "Vấn đề", "Phần mềm, hạ tầng công nghệ thông tin, chữ ký số"),
                    Move("fill", "Nội dung kiến nghị", "Phần mềm đất đai thường treo giờ cao điểm."),
                    Move("press", "Gửi kiến nghị"),
                ),
                gettext_noop(
                    "“Việc của bạn bây giờ” là giao; sở phụ trách lĩnh vực đã chọn sẵn ở “Cơ quan chủ trì trả lời”."
                ),
            ),
            Step(
                gettext_noop(
                    "Gõ “120/TB-UBND” vào “Văn bản giao”, “05/01/2026” vào “Ngày văn bản”, bấm “Giao cơ quan chủ trì trả lời”."
                ),
                (
                    Move("fill", "Văn bản giao", "120/TB-UBND"),
                    Move("fill", "Ngày văn bản", "05/01/2026"),
                    Move("press", "Giao cơ quan chủ trì trả lời"),
                ),
                gettext_noop(
                    "“Hạn trả lời” tính từ hôm nay, mở “Vì sao là ngày này?” để thấy vì sao; từ giờ “Sở Nông nghiệp và Môi trường” nợ xã một câu trả lời."
                ),
            ),
        ),
        gettext_noop("Xã hỏi thì phải có người nợ câu trả lời, có ngày, và xã mới là nơi nói trả lời ấy đã đủ chưa."),
        role="coordinator",
        login="dieuphoi.nghean",
    ),
    Station(
        "dieu-hanh",
        gettext_noop("Phó Chủ tịch tỉnh: vướng gì, ai còn nợ ai"),
        "/dieu-hanh/",
        20,
        (
            Step(
                gettext_noop("Đọc “Kiến nghị chưa trả lời”, rồi “Vướng gì” và “Ai còn nợ”."),
                (Move("see", "Kiến nghị chưa trả lời"), Move("see", "Vướng gì"), Move("see", "Ai còn nợ")),
                gettext_noop(
                    "Kiến nghị vừa giao đã nằm ở dòng “Phần mềm, hạ tầng công nghệ thông tin, chữ ký số” và ở dòng “Sở Nông nghiệp và Môi trường”."
                    " Bấm một con số là mở đúng những việc ấy."
                ),
            ),
        ),
        gettext_noop(
            "Không ai gom báo cáo: trang này đếm chính những việc đang mở. Tố cáo không nằm trong con số nào."
        ),
        role="signatory",
        login="phochutich.nghean",
        also=("overseer",),
    ),
    Station(
        "don-thu",
        gettext_noop("Đơn thư, và ngăn riêng của tố cáo"),
        "/don-thu/",
        50,
        (
            Step(
                gettext_noop(
                    "Bấm “Vào sổ đơn thư”. Gõ “Nguyễn Khắc Thử” vào “Họ và tên, tên tổ chức”, “Xóm 5, xã Quỳnh Sơn” vào “Địa chỉ”; ở “Lĩnh vực”"
                    " chọn “Đất đai”; gõ “Diện tích thu hồi đo chưa đúng” vào “Trích yếu”, “Đề nghị đo lại thửa đất vườn.” vào “Nội dung đơn”;"
                    " bấm “Vào sổ”."
                ),
                (
                    Move("press", "Vào sổ đơn thư"),
                    Move("fill", "Họ và tên, tên tổ chức", "Nguyễn Khắc Thử"),
                    Move("fill", "Địa chỉ", "Xóm 5, xã Quỳnh Sơn"),
                    Move("pick", "Lĩnh vực", "Đất đai"),
                    Move("fill", "Trích yếu", "Diện tích thu hồi đo chưa đúng"),
                    Move("fill", "Nội dung đơn", "Đề nghị đo lại thửa đất vườn."),
                    Move("press", "Vào sổ"),
                ),
                gettext_noop(
                    "Đơn có mã, “Việc của bạn bây giờ” là phân loại. Có người đi trạm này trước bạn thì phần mềm hỏi có phải đơn trùng không:"
                    " đánh dấu là không phải rồi vào sổ lại."
                ),
            ),
            Step(
                gettext_noop("Bấm “Phân loại”."),
                (Move("press", "Phân loại"),),
                gettext_noop("“Thời hạn theo luật”: việc gì, mấy ngày, từ ngày nào, theo điều nào."),
            ),
            Step(
                gettext_noop(
                    "Ở thanh trên cùng mở “Đơn thư”, bấm “Sổ đơn thư”: có dòng “Diện tích thu hồi đo chưa đúng”. Rồi mở “Tố cáo”."
                ),
                (
                    Move("follow", "Đơn thư"),
                    Move("press", "Sổ đơn thư"),
                    Move("see", "Diện tích thu hồi đo chưa đúng"),
                    Move("follow", "Tố cáo"),
                ),
                gettext_noop("Ngăn này chỉ người giải quyết tố cáo thấy: ở đó có sổ riêng, và trang “Ai đã đọc”."),
            ),
        ),
        gettext_noop(
            "Tên người tố cáo không lọt ra sổ chung, số liệu hay danh sách của ai khác; lần mở nào cũng để lại dấu."
        ),
        role="letters",
        login="tonghop.quynhson",
        also=("coordinator", "denunciation"),
        extra=True,
    ),
    Station(
        "danh-muc",
        gettext_noop("Người giữ danh mục"),
        "/danh-muc/1.013225/",
        30,
        (
            Step(
                gettext_noop("Xem “Các phiên bản” và “Quy trình nội bộ của tỉnh”, rồi bấm “So sánh các phiên bản”."),
                (
                    Move("see", "Các phiên bản"),
                    Move("see", "Quy trình nội bộ của tỉnh"),
                    Move("press", "So sánh các phiên bản"),
                ),
                gettext_noop(
                    "“So sánh phiên bản”: hai bản đặt cạnh nhau, chỗ khác nhau được đánh dấu (giấy tờ, thời hạn, cách nộp)."
                ),
            ),
        ),
        gettext_noop(
            "Luật là dữ liệu có phiên bản. Bản mới công bố từ trang này; hồ sơ đã nhận giữ phiên bản của ngày nhận."
        ),
        role="catalogue_manager",
        login="danhmuc.nghean",
        extra=True,
    ),
    Station(
        "quan-tri",
        gettext_noop("Quản trị: ai vào được, số liệu có khớp"),
        "/so-lieu/doi-chieu/",
        30,
        (
            Step(
                gettext_noop("Bấm “Đối chiếu ngay”."),
                (Move("press", "Đối chiếu ngay"),),
                gettext_noop("“Mọi số liệu khớp với nhật ký.” Mọi con số vừa được cộng lại từ nhật ký của mọi hồ sơ."),
            ),
            Step(
                gettext_noop(
                    "Mở “Tổ chức”, mở “Cán bộ”, gõ “xaydung.quynhson” vào “Họ tên hoặc tên đăng nhập”, bấm “Tìm”, mở “Đặng Quốc Ấn”."
                ),
                (
                    Move("follow", "Tổ chức"),
                    Move("follow", "Cán bộ"),
                    Move("fill", "Họ tên hoặc tên đăng nhập", "xaydung.quynhson"),
                    Move("press", "Tìm"),
                    Move("follow", "Đặng Quốc Ấn"),
                ),
                gettext_noop("“Vị trí đang giữ” theo văn bản nào; điều động, biệt phái, cấp đường dẫn đặt mật khẩu."),
            ),
        ),
        gettext_noop("Quyền đi theo vị trí, không theo người: đổi vị trí là đổi quyền, và việc đổi cũng vào nhật ký."),
        role="administrator",
        login="quantri.nghean",
        also=("auditor",),
        extra=True,
    ),
    Station(
        "cong-khai",
        gettext_noop("Bảng công khai của xã"),
        "/bang-cong-khai/",
        10,
        (
            Step(
                gettext_noop("Gõ “quynh son” vào “Xã, phường hoặc đặc khu”, bấm “Tìm”, mở “Xã Quỳnh Sơn”."),
                (
                    Move("fill", "Xã, phường hoặc đặc khu", "quynh son"),
                    Move("press", "Tìm"),
                    Move("follow", "Xã Quỳnh Sơn"),
                ),
                gettext_noop(
                    "“Công khai thủ tục hành chính”: mọi thủ tục, thời hạn, mức thu; “In bảng khổ A3 (PDF)” để treo tường."
                ),
            ),
        ),
        gettext_noop("Bảng treo tường và trang mạng cùng in từ một danh mục, nên không thể nói khác nhau."),
        extra=True,
    ),
)
