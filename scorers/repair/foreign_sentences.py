"""A few sentences in each language that can be asked for: what a witness in another language is made of."""

from __future__ import annotations

from itertools import cycle, islice

SENTENCES = {
    "en": "The baker opens his shop early in the morning. "
    "Many people from our street buy fresh bread there. "
    "In the evening the lights go out and everything is quiet again.",
    "es": "El panadero abre su tienda muy temprano por la mañana. "
    "Muchas personas de nuestra calle compran allí pan fresco. "
    "Por la noche se apagan las luces y todo vuelve a estar tranquilo.",
    "pt": "O padeiro abre a sua loja muito cedo pela manhã. "
    "Muitas pessoas da nossa rua compram ali pão fresco. "
    "À noite as luzes se apagam e tudo fica novamente tranquilo.",
    "ar": "يفتح الخباز دكانه في الصباح الباكر. "
    "يشتري كثير من الناس في شارعنا الخبز الطازج من هناك. "
    "وفي المساء تنطفئ الأضواء ويعود كل شيء إلى الهدوء مرة أخرى.",
    "hi": "नानबाई सुबह जल्दी अपनी दुकान खोलता है। "
    "हमारी गली के बहुत से लोग वहाँ से ताज़ी रोटी खरीदते हैं। "
    "शाम को बत्तियाँ बुझ जाती हैं और सब कुछ फिर से शांत हो जाता है।",
    "fr": "Le boulanger ouvre sa boutique très tôt le matin. "
    "Beaucoup de gens de notre rue y achètent du pain frais. "
    "Le soir, les lumières s'éteignent et tout redevient calme.",
    "ru": "Пекарь открывает свою лавку рано утром. "
    "Многие люди с нашей улицы покупают там свежий хлеб. "
    "Вечером свет гаснет, и всё снова становится тихо.",
    "de": "Der Bäcker öffnet seinen Laden früh am Morgen. "
    "Viele Leute aus unserer Straße kaufen dort frisches Brot. "
    "Am Abend gehen die Lichter aus, und alles ist wieder still.",
    "ja": "パン屋さんは朝早くお店を開けます。"
    "私たちの通りの多くの人がそこで焼きたてのパンを買います。"
    "夜になると明かりが消え、すべてがまた静かになります。",
    "it": "Il fornaio apre la sua bottega la mattina presto. "
    "Molte persone della nostra via comprano lì il pane fresco. "
    "La sera le luci si spengono e tutto torna di nuovo tranquillo.",
    "bn": "রুটিওয়ালা খুব ভোরে তার দোকান খোলে। "
    "আমাদের পাড়ার অনেক মানুষ সেখান থেকে টাটকা রুটি কেনে। "
    "সন্ধ্যায় আলো নিভে যায় এবং সব কিছু আবার শান্ত হয়ে যায়।",
    "uk": "Пекар відчиняє свою крамницю рано вранці. "
    "Багато людей з нашої вулиці купують там свіжий хліб. "
    "Увечері світло гасне, і все знову стає тихо.",
    "th": "คนทำขนมปังเปิดร้านแต่เช้าตรู่ ผู้คนมากมายในถนนของเราซื้อขนมปังสดใหม่ที่นั่น ตอนเย็นไฟจะดับลงและทุกอย่างก็กลับมาเงียบสงบอีกครั้ง",
    "ur": "نانبائی صبح سویرے اپنی دکان کھولتا ہے۔ "
    "ہماری گلی کے بہت سے لوگ وہاں سے تازہ روٹی خریدتے ہیں۔ "
    "شام کو بتیاں بجھ جاتی ہیں اور سب کچھ پھر سے خاموش ہو جاتا ہے۔",
    "ta": "ரொட்டிக்காரர் அதிகாலையில் தன் கடையைத் திறக்கிறார். "
    "எங்கள் தெருவில் உள்ள பலர் அங்கே புதிய ரொட்டி வாங்குகிறார்கள். "
    "மாலையில் விளக்குகள் அணைந்து எல்லாம் மீண்டும் அமைதியாகிறது.",
    "te": "రొట్టెల వ్యాపారి ఉదయాన్నే తన దుకాణం తెరుస్తాడు. "
    "మా వీధిలోని చాలా మంది అక్కడ తాజా రొట్టె కొంటారు. "
    "సాయంత్రం దీపాలు ఆరిపోయి అంతా మళ్ళీ నిశ్శబ్దంగా మారుతుంది.",
    "bg": "Хлебарят отваря магазина си рано сутринта. "
    "Много хора от нашата улица купуват там пресен хляб. "
    "Вечер светлините угасват и всичко отново става тихо.",
    "ko": "빵집 주인은 아침 일찍 가게 문을 엽니다. "
    "우리 거리의 많은 사람들이 그곳에서 갓 구운 빵을 삽니다. "
    "저녁이 되면 불이 꺼지고 모든 것이 다시 조용해집니다.",
    "pl": "Piekarz otwiera swój sklep wcześnie rano. "
    "Wielu ludzi z naszej ulicy kupuje tam świeży chleb. "
    "Wieczorem światła gasną i wszystko znowu staje się ciche.",
    "he": "האופה פותח את החנות שלו מוקדם בבוקר. "
    "אנשים רבים מהרחוב שלנו קונים שם לחם טרי. "
    "בערב האורות כבים והכול שוב נעשה שקט.",
    "fa": "نانوا صبح زود مغازه‌اش را باز می‌کند. "
    "بسیاری از مردم خیابان ما از آنجا نان تازه می‌خرند. "
    "شب که می‌شود چراغ‌ها خاموش می‌شوند و همه چیز دوباره آرام می‌گیرد.",
    "vi": "Người thợ làm bánh mở cửa hàng từ sáng sớm. "
    "Nhiều người trên phố của chúng tôi mua bánh mì tươi ở đó. "
    "Buổi tối đèn tắt và mọi thứ lại trở nên yên tĩnh.",
    "ne": "रोटी पसलेले बिहान सबेरै आफ्नो पसल खोल्छ। "
    "हाम्रो टोलका धेरै मानिसहरू त्यहाँबाट ताजा रोटी किन्छन्। "
    "बेलुका बत्तीहरू निभ्छन् र सबै कुरा फेरि शान्त हुन्छ।",
    "sw": "Mwoka mikate hufungua duka lake asubuhi na mapema. "
    "Watu wengi wa mtaa wetu hununua mkate mpya pale. "
    "Jioni taa huzimwa na kila kitu huwa kimya tena.",
    "kn": "ರೊಟ್ಟಿ ಮಾರುವವನು ಬೆಳಗ್ಗೆ ಬೇಗನೆ ತನ್ನ ಅಂಗಡಿ ತೆರೆಯುತ್ತಾನೆ. "
    "ನಮ್ಮ ಬೀದಿಯ ಹಲವರು ಅಲ್ಲಿ ತಾಜಾ ರೊಟ್ಟಿ ಕೊಳ್ಳುತ್ತಾರೆ. "
    "ಸಂಜೆ ದೀಪಗಳು ಆರಿ ಎಲ್ಲವೂ ಮತ್ತೆ ಶಾಂತವಾಗುತ್ತದೆ.",
    "mr": "बेकरीवाला सकाळी लवकर आपले दुकान उघडतो. "
    "आमच्या गल्लीतील बरेच लोक तिथून ताजी भाकरी विकत घेतात. "
    "संध्याकाळी दिवे विझतात आणि सर्व काही पुन्हा शांत होते.",
    "gu": "રોટલીવાળો વહેલી સવારે પોતાની દુકાન ખોલે છે. "
    "અમારી શેરીના ઘણા લોકો ત્યાંથી તાજી રોટલી ખરીદે છે. "
    "સાંજે દીવા ઓલવાઈ જાય છે અને બધું ફરીથી શાંત થઈ જાય છે.",
    "pa": "ਨਾਨਬਾਈ ਸਵੇਰੇ ਜਲਦੀ ਆਪਣੀ ਦੁਕਾਨ ਖੋਲ੍ਹਦਾ ਹੈ। "
    "ਸਾਡੀ ਗਲੀ ਦੇ ਬਹੁਤ ਸਾਰੇ ਲੋਕ ਉੱਥੋਂ ਤਾਜ਼ੀ ਰੋਟੀ ਖਰੀਦਦੇ ਹਨ। "
    "ਸ਼ਾਮ ਨੂੰ ਬੱਤੀਆਂ ਬੁਝ ਜਾਂਦੀਆਂ ਹਨ ਅਤੇ ਸਭ ਕੁਝ ਫਿਰ ਸ਼ਾਂਤ ਹੋ ਜਾਂਦਾ ਹੈ।",
    "ml": "റൊട്ടിക്കച്ചവടക്കാരൻ അതിരാവിലെ തന്റെ കട തുറക്കുന്നു. "
    "ഞങ്ങളുടെ തെരുവിലെ പലരും അവിടെ നിന്ന് പുതിയ റൊട്ടി വാങ്ങുന്നു. "
    "വൈകുന്നേരം വിളക്കുകൾ അണഞ്ഞ് എല്ലാം വീണ്ടും ശാന്തമാകുന്നു.",
    "fi": "Leipuri avaa kauppansa aikaisin aamulla. "
    "Monet ihmiset meidän kadultamme ostavat sieltä tuoretta leipää. "
    "Illalla valot sammuvat ja kaikki on taas hiljaista.",
    "zh": "面包师傅一大早就打开店门。我们街上的很多人都在那里买新鲜的面包。到了晚上，灯光熄灭，一切又安静下来。",
}
"""By ISO 639-1 code; plain sentences on one small subject, so that no name or number decides the language."""


def in_language(code: str, lengths: list[int]) -> list[str]:
    """Return sentences of about `lengths` words in the language `code`, a key of `SENTENCES`.

    A language written without spaces gets whole sentences.
    """
    text = SENTENCES[code]
    if text.count(" ") < 5:
        whole = [f"{piece}。" for piece in text.split("。") if piece]
        return list(islice(cycle(whole), len(lengths)))
    words = cycle(word for word in (piece.strip(".,।۔!?") for piece in text.split()) if word)
    return [f"{' '.join(islice(words, max(1, length)))}." for length in lengths]
