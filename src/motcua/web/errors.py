"""The pages of what went wrong: what is wrong, what to do, and nothing about how the program is made."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Page:
    title: Text
    what: Text
    todo: Text


PAGES: dict[int, Page] = {
    400: Page(
        _("Yêu cầu chưa hợp lệ"),
        _("Hệ thống không đọc được thông tin vừa gửi."),
        _("Quay lại trang trước, kiểm tra thông tin rồi gửi lại."),
    ),
    403: Page(
        _("Bạn không có quyền làm việc này"),
        _("Việc này thuộc thẩm quyền của vị trí công tác khác."),
        _("Nếu giữ nhiều vị trí, hãy chọn đúng vị trí ở góc trên. Nếu cần quyền này, liên hệ quản trị của đơn vị."),
    ),
    404: Page(
        _("Không tìm thấy trang"),
        _("Địa chỉ không đúng, hoặc nội dung không còn hay không thuộc phạm vi bạn được xem."),
        _("Kiểm tra lại địa chỉ hoặc mã hồ sơ, hoặc bắt đầu lại từ trang đầu."),
    ),
    405: Page(
        _("Trang này không nhận cách gửi đó"),
        _("Địa chỉ này chỉ dùng cho một biểu mẫu, không mở trực tiếp được."),
        _("Quay lại trang trước và bấm nút trên biểu mẫu."),
    ),
    409: Page(
        _("Hồ sơ vừa được người khác thay đổi"),
        _("Trong lúc bạn làm, hồ sơ đã chuyển sang trạng thái khác. Việc của bạn chưa được ghi."),
        _("Mở lại hồ sơ để xem trạng thái mới, rồi quyết định việc tiếp theo."),
    ),
    410: Page(
        _("Tệp này không mở được nữa"),
        _("Tệp đã bị giữ lại."),
        _("Quay lại hồ sơ để xem lý do và đề nghị nộp tệp khác."),
    ),
    413: Page(
        _("Tệp hoặc nội dung quá lớn"),
        _("Phần vừa gửi vượt dung lượng cho phép nên chưa được nhận."),
        _("Quét lại ở độ phân giải 200–300 dpi hoặc chia thành nhiều tệp nhỏ, rồi gửi lại."),
    ),
    422: Page(
        _("Thông tin chưa đúng"),
        _("Có mục chưa đúng quy định nên việc chưa được ghi."),
        _("Quay lại trang trước, sửa các mục được nêu rồi gửi lại."),
    ),
    429: Page(
        _("Bạn thử quá nhiều lần"),
        _("Để bảo vệ thông tin của người dân, hệ thống tạm dừng nhận yêu cầu từ nơi bạn đang dùng."),
        _("Chờ vài phút rồi thử lại. Nếu đang cần gấp, hãy hỏi trực tiếp tại Trung tâm Phục vụ hành chính công."),
    ),
    500: Page(
        _("Hệ thống gặp lỗi"),
        _("Lỗi này thuộc về hệ thống, không phải do bạn. Lỗi đã được ghi lại để xử lý."),
        _("Thử lại sau ít phút. Nếu vừa gửi hồ sơ, mở danh sách hồ sơ để xem đã được ghi hay chưa trước khi gửi lại."),
    ),
    503: Page(
        _("Hệ thống tạm ngừng phục vụ"),
        _("Cơ sở dữ liệu chưa sẵn sàng hoặc hệ thống đang được bảo trì. Hồ sơ đã tiếp nhận vẫn được lưu an toàn."),
        _(
            "Thử lại sau ít phút. Tại quầy, tiếp nhận bằng giấy theo phương án dự phòng và nhập lại khi hệ thống hoạt động."
        ),
    ),
    507: Page(
        _("Máy chủ hết chỗ lưu trữ"),
        _("Tệp vừa gửi chưa được lưu. Dữ liệu đã ghi trước đó vẫn còn nguyên."),
        _("Báo ngay cho quản trị hệ thống của tỉnh. Tại quầy, giữ bản giấy và số hóa lại sau."),
    ),
}
NOT_POSSIBLE = Page(
    _("Chưa làm được việc này"),
    _("Việc này chưa làm được theo quy định hiện hành."),
    _("Không có gì bị mất. Quay lại trang trước, hoặc hỏi Trung tâm Phục vụ hành chính công."),
)
"""A rule said no to who only opened the page: there is nothing to correct."""
STATIC = {500, 503, 507}


def page(request: HttpRequest, status: int, detail: Text = "", retry_after: int | None = None) -> HttpResponse:
    """The page for ``status``; ``detail`` replaces the general sentence.

    500, 503 and 507 are drawn without the request, so that neither the session nor the database is touched.
    """
    text = PAGES.get(status, PAGES[400 if status < 500 else 500])
    if status == 422 and request.method in ("GET", "HEAD"):
        text = NOT_POSSIBLE
    context = {"status": status, "title": text.title, "what": detail or text.what, "todo": text.todo}
    if status in STATIC:
        response = HttpResponse(loader.get_template("errors/page.html").render(context), status=status)
    else:
        response = render(request, "errors/page.html", context, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response
